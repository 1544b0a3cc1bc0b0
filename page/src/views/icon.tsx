const PATHS = {
  play: "M7 4.5v15l12.5-7.5z",
  pause: "M6.5 5h4v14h-4zM13.5 5h4v14h-4z",
  loop: "M17 2.5 20.5 6 17 9.5V7H8a4 4 0 0 0-4 4v1H2v-1a6 6 0 0 1 6-6h9zM7 21.5 3.5 18 7 14.5V17h9a4 4 0 0 0 4-4v-1h2v1a6 6 0 0 1-6 6H7z",
  record: "M12 5a7 7 0 1 1 0 14 7 7 0 0 1 0-14z",
  stop: "M6 6h12v12H6z",
  close: "m6.4 5 5.6 5.6L17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6l5.6-5.6L5 6.4z",
  plus: "M11 4.5h2V11h6.5v2H13v6.5h-2V13H4.5v-2H11z",
  minus: "M4.5 11h15v2h-15z",
  lock: "M7 10V8a5 5 0 0 1 10 0v2h1.5v10h-13V10zm2 0h6V8a3 3 0 0 0-6 0z",
  unlock: "M7 10V7a5 5 0 0 1 9.6-2l-1.9.8A3 3 0 0 0 9 7v3h9.5v10h-13V10z",
  dice: "M4 4h16v16H4zm4.5 3A1.5 1.5 0 1 0 8.5 10a1.5 1.5 0 0 0 0-3zm7 7a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3zM12 10.500a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3z",
};

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill="currentColor" fill-rule="evenodd" />
    </svg>
  );
}

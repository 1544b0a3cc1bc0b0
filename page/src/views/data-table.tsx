import { w } from "../words/words";

interface Props {
  caption: string;
  head: string[];
  rows: (string | number)[][];
}

/** The same as a picture, in numbers: for whoever cannot see it, and for whoever wants to know exactly. */
export function DataTable({ caption, head, rows }: Props) {
  return (
    <details class="data">
      <summary>
        {caption}: {w.value.asTable}
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <div class="data-scroll" tabIndex={0}>
        <table>
          <caption class="unseen">{caption}</caption>
          <thead>
            <tr>
              {head.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => (
              <tr key={at}>
                {row.map((cell, place) => (
                  <td key={head[place]}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

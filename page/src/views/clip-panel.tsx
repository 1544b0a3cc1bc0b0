import { analysis, clip, clipFault, drop, listenAgain, listening, takeIn } from "../state/clip";
import { excerptS } from "../state/excerpt";
import { recordingS, toggleRecording } from "../state/recording";
import { info } from "../state/service";
import { num, w } from "../words/words";
import { DataTable } from "./data-table";
import { Excerpts } from "./excerpts";
import { FaultLine } from "./fault-line";
import { heardSummary } from "./heard-summary";
import { Icon } from "./icon";
import { Overlay } from "./overlay";
import { Readouts } from "./readouts";
import { Transport } from "./transport";
import { Waveform } from "./waveform";
import { ZoomButtons } from "./zoom-buttons";

/** The clip: how it comes in, what it looks like, what was heard in it. */
export function ClipPanel() {
  const words = w.value;
  return (
    <section class="panel clip-panel" aria-labelledby="clip-title">
      <header class="panel-head">
        <h2 id="clip-title" tabIndex={-1}>
          {words.clip}
        </h2>
        {clip.value && <p class="file-name">{clip.value.file.name}</p>}
        {clip.value && <Ways again />}
      </header>
      {clip.value ? <Loaded /> : <Empty />}
      <Refused />
      <p class="unseen" role="status">
        {listening.value && words.listening}
        {analysis.value && heardSummary(analysis.value)}
      </p>
    </section>
  );
}

/** What the clip is not taken for, and what can be done about it. */
function Refused() {
  const fault = clipFault.value;
  if (!fault) return null;
  if (excerptS.value !== null) {
    return (
      <FaultLine fault={fault}>
        <Excerpts />
      </FaultLine>
    );
  }
  return <FaultLine fault={fault} {...(clip.value ? { onAgain: () => void listenAgain() } : {})} />;
}

function Empty() {
  const limits = info.value?.limits;
  return (
    <div class="drop">
      <p class="drop-title">{w.value.dropHere}</p>
      <p>{w.value.dropHow}</p>
      <Ways />
      <p class="hint">
        {limits && w.value.clipLimits(num(limits.max_input_s), num(limits.max_upload_bytes / 2 ** 20))}
      </p>
    </div>
  );
}

/** Choose a file, or record. */
function Ways({ again = false }: { again?: boolean }) {
  const seconds = recordingS.value;
  const recording = seconds !== null;
  return (
    <div class="ways">
      <label class={again ? "button small quiet" : "button"}>
        <input
          type="file"
          class="unseen"
          id="choose-clip"
          accept="audio/*,video/webm,video/mp4,.caf,.ape,.wv,.tta,.amr,.wma"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            event.currentTarget.value = "";
            if (file) void takeIn(file);
          }}
        />
        {again ? w.value.anotherClip : w.value.chooseFile}
      </label>
      <button
        type="button"
        id="record-clip"
        class={`${again ? "small quiet" : ""} ${recording ? "recording" : ""}`}
        aria-pressed={recording}
        onClick={() => void toggleRecording()}
      >
        <Icon name={recording ? "stop" : "record"} />
        {recording ? `${w.value.stopRecording} (${w.value.seconds(num(seconds))})` : w.value.record}
      </button>
      {again && (
        <button type="button" class="small quiet" onClick={drop} aria-label={`${w.value.remove}: ${w.value.clip}`}>
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}

function Loaded() {
  const words = w.value;
  const sound = clip.value?.sound;
  const said = analysis.value;
  const details = said?.details;
  return (
    <>
      {sound ? (
        <>
          <Waveform label={words.clip} track={sound.track} peaks={sound.peaks} lengthS={sound.lengthS} tone="clip">
            {details && said && (
              <Overlay
                lengthS={sound.lengthS}
                beats={details.tempo.beats_s}
                bars={details.tempo.downbeats_s}
                curves={[{ name: "clip", values: said.energy_curve, stepS: details.energy_step_s }]}
              />
            )}
          </Waveform>
          <div class="under-wave">
            <Transport track={sound.track} lengthS={sound.lengthS} name={words.clip} />
            <ZoomButtons tone="clip" name={words.clip} />
            {said && (
              <p class="legend">
                <span>
                  <i class="key-bar" /> {words.bars}
                </span>{" "}
                <span>
                  <i class="key-curve key-curve-clip" /> {words.energyHeard}
                </span>
              </p>
            )}
          </div>
        </>
      ) : (
        !listening.value && <p class="hint">{words.notPlayable}</p>
      )}
      {listening.value && (
        <p class="listening" aria-hidden="true">
          <i />
          {words.listening}
        </p>
      )}
      {said && details && (
        <>
          <Readouts analysis={said} />
          <div class="tables">
            <DataTable
              caption={words.energy}
              head={[words.time, words.energy]}
              rows={said.energy_curve.map((value, at) => [
                words.seconds(num(at * details.energy_step_s, 1)),
                num(value, 2),
              ])}
            />
            <DataTable
              caption={words.bars}
              head={[words.bars, words.time]}
              rows={details.tempo.downbeats_s.map((at, bar) => [bar + 1, words.seconds(num(at, 2))])}
            />
          </div>
        </>
      )}
    </>
  );
}

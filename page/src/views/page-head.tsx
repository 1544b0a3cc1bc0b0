import mark from "../icon.svg";
import { composer, infoFault, loadInfo, starting } from "../state/service";
import { THEMES, type Theme, theme } from "../state/theme";
import { CATALOGUES, type Language, language, w } from "../words/words";
import { FaultLine } from "./fault-line";
import { helpOpen } from "./help";

/** The name, who composes, and the page's own settings. */
export function PageHead() {
  const words = w.value;
  return (
    <header class="page-head">
      <a class="skip" href="#ask">
        {words.skip}
      </a>
      <img class="mark" src={mark} alt="" />
      <div class="wordmark">
        <h1>Aural Architect</h1>
        <p>{words.tagline}</p>
      </div>
      <div class="page-settings">
        {composer.value && <p class="model">{words.composesWith(composer.value.model)}</p>}
        <a class="docs" href="/docs">
          {words.docs}
        </a>
        <select
          aria-label={words.languageLabel}
          value={language.value}
          onChange={(event) => {
            language.value = event.currentTarget.value as Language;
          }}
        >
          {Object.entries(CATALOGUES).map(([code, catalogue]) => (
            <option key={code} value={code} lang={code}>
              {catalogue.language}
            </option>
          ))}
        </select>
        <select
          aria-label={words.theme}
          value={theme.value}
          onChange={(event) => {
            theme.value = event.currentTarget.value as Theme;
          }}
        >
          {THEMES.map((name) => (
            <option key={name} value={name}>
              {words.themes[name]}
            </option>
          ))}
        </select>
        <button
          type="button"
          class="small"
          aria-label={words.shortcuts}
          title={words.shortcuts}
          onClick={() => {
            helpOpen.value = true;
          }}
        >
          ?
        </button>
      </div>
      <div class="page-state" role="status">
        {starting.value && <p class="starting">{words.starting}</p>}
        {infoFault.value && <FaultLine fault={infoFault.value} onAgain={() => void loadInfo()} />}
      </div>
    </header>
  );
}

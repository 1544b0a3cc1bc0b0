import { render } from "preact";
import { loadInfo } from "./state/service";
import "./style/page.css";
import { Page } from "./views/page";
import { listenForShortcuts } from "./views/shortcuts";

const root = document.getElementById("page");
if (root) render(<Page />, root);
listenForShortcuts();
void loadInfo();

// What the pages do in the browser: follow the live calls, exempt, attest, replay, pause, mark or preserve one, ask for a ticket and play, export a copy. Texts come from the server.
import "./live.js";
import "./exempt.js";
import "./confirmed.js";
import "./pause.js";
import "./preserve.js";
import "./player.js";
import "./export.js";

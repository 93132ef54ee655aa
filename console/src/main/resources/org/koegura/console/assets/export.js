// Exporting: a purpose, then a ticket that works once; the browser saves what it names.
import { act, show } from "./page.js";

const exporting = document.getElementById("export");
if (exporting) {
  const purpose = document.getElementById("export-purpose");
  const problem = document.getElementById("export-problem");
  exporting.addEventListener("submit", async (event) => {
    event.preventDefault();
    show(problem, "");
    try {
      const path = `/api/v1/recordings/${exporting.dataset.recording}/exports`;
      const ticket = await act(path, { form: event.submitter.value, purpose: purpose.value });
      location.assign(ticket.copy);
    } catch (refused) {
      show(problem, refused.message);
    }
  });
}

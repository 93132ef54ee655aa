// Exporting: a purpose, then a ticket that works once; the browser saves what it names.
import { act, once } from "./page.js";

const exporting = document.getElementById("export");
if (exporting) {
  const purpose = document.getElementById("export-purpose");
  const problem = document.getElementById("export-problem");
  exporting.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.submitter.value;
    once(exporting, problem, async () => {
      const path = `/api/v1/recordings/${exporting.dataset.recording}/exports`;
      const ticket = await act(path, { form, purpose: purpose.value });
      const link = document.createElement("a"); // a refusal must not take the page's place
      link.href = ticket.copy;
      link.download = "";
      link.click();
    });
  });
}

// The editor of the page that submits a spec. Texts are sent as streams, because a message of a circuit is limited.
const pause = 300;

class Editor {
  constructor(form, page) {
    this.page = page;
    this.text = form.querySelector("#spec");
    this.published = form.querySelector("#published");
    this.numbers = form.querySelector(".numbers");
    for (const field of [this.text, this.published]) field.addEventListener("input", () => this.change());
    this.text.addEventListener("scroll", () => (this.numbers.scrollTop = this.text.scrollTop));
    for (const file of form.querySelectorAll("input[type=file]"))
      file.addEventListener("change", () => this.open(file));
    this.change(); // A browser may restore the texts of an earlier visit.
  }

  async open(file) {
    if (file.files.length === 0) return;
    document.getElementById(file.dataset.into).value = await file.files[0].text();
    file.value = ""; // The same file can be opened again after it has changed.
    this.change();
  }

  change() {
    const lines = this.text.value.split("\n").length;
    this.numbers.textContent = Array.from({ length: lines }, (_, i) => i + 1).join("\n");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), pause);
  }

  // While one check runs, later changes wait and are checked together.
  async check() {
    this.isOutdated = true;
    if (this.isChecking) return;
    this.isChecking = true;
    try {
      while (this.isOutdated) {
        this.isOutdated = false;
        await this.page.invokeMethodAsync("CheckAsync");
      }
    } catch (error) {
      if (!this.isClosed) throw error;
    } finally {
      this.isChecking = false;
    }
  }

  // An empty stream cannot be sent, so each text ends with a line break.
  spec() {
    return new TextEncoder().encode(`${this.text.value}\n`);
  }

  publishedNumbers() {
    return new TextEncoder().encode(`${this.published.value}\n`);
  }

  dispose() {
    this.isClosed = true;
    clearTimeout(this.timer);
  }

  jump(line) {
    const before = this.text.value.split("\n").slice(0, line - 1).join("\n").length;
    const start = line === 1 ? 0 : before + 1;
    const end = this.text.value.indexOf("\n", start);
    this.text.focus();
    this.text.setSelectionRange(start, end < 0 ? this.text.value.length : end);
    const height = this.text.scrollHeight / this.text.value.split("\n").length;
    this.text.scrollTop = Math.max(0, (line - 4) * height);
  }
}

export const create = (form, page) => new Editor(form, page);

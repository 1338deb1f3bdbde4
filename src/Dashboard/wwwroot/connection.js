// When the run has ended, the page shows a notice and keeps its last known state. When sbnn answers again, after a
// short loss of the connection or in a new run on the same port, the page continues automatically.
(() => {
  document.getElementById("skip").addEventListener("click", () => document.querySelector("main").focus());

  const lost = document.getElementById("run-lost");
  const ended = document.getElementById("run-ended");
  const pause = () => new Promise((resolve) => setTimeout(resolve, 2000));
  let isDown = false;

  const answers = async () => {
    try {
      return (await fetch("readyz", { cache: "no-store" })).ok;
    } catch {
      return false;
    }
  };

  const show = (notice) => {
    lost.hidden = notice !== lost;
    ended.hidden = notice !== ended;
    document.body.classList.toggle("without-run", notice === ended);
  };

  const comeBack = async () => {
    while (isDown) {
      if (await answers()) {
        show(lost);
        if (!(await Blazor.reconnect().catch(() => false))) location.reload(); // A new run does not know this page.
        return;
      }
      show(ended);
      await pause();
    }
  };

  Blazor.start({
    circuit: {
      reconnectionHandler: {
        onConnectionDown() {
          if (isDown) return;
          isDown = true;
          comeBack();
        },
        onConnectionUp() {
          isDown = false;
          show(null);
        },
      },
    },
  });
})();

// Browsers start no worker from a file: a site that is opened without a server runs its search in a hidden frame.
if (location.protocol === "file:") {
  window.IFrameWorker = class extends EventTarget {
    constructor(url) {
      super();
      this.waiting = [];
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.frame.onload = () => {
        this.inside = this.frame.contentWindow;
        // What the script says goes out as this worker's message; what it hears comes in as its window's.
        this.inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
        for (const data of this.waiting.splice(0)) this.postMessage(data);
      };
      const script = document.createElement("script");
      script.src = new URL(url, document.baseURI).href;
      this.frame.srcdoc = script.outerHTML;
      document.body.append(this.frame);
    }

    postMessage(data) {
      if (this.inside) this.inside.dispatchEvent(new MessageEvent("message", { data }));
      else this.waiting.push(data);
    }

    terminate() {
      this.frame.remove();
    }
  };
  window.Worker = window.IFrameWorker;
}

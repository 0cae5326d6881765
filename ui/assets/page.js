// What the page does between the server's answers: opens places in articles, walks through
// citations, previews, copies and saves. It puts server-made (escaped) HTML into one element
// and everything else in as text.
(() => {
  "use strict";
  if (window.onrecord) return;

  const $ = (selector, root = document) => root.querySelector(selector);
  const pane = () => $("#evidence");
  const say = (text) => {
    const live = $("#announcement");
    if (live) live.textContent = text;
  };
  // The same for everybody, for a few seconds.
  const tell = (text) => {
    say(text);
    const line = $("#told");
    if (!line) return;
    line.textContent = text;
    line.hidden = false;
    clearTimeout(telling);
    telling = setTimeout(() => { line.hidden = true; }, 5000);
  };
  let telling = 0;
  let opened = { link: null, exchange: "", number: 0 };
  let wanted = ""; // the place that is being fetched, or was fetched last

  // ---- the reading pane -------------------------------------------------------------
  function parsed(hash) {
    const found = /^#read\/([^/]+)\/([0-9a-f]{64})\/(\d+)\/(\d+)$/.exec(hash);
    return found && { article: found[1], revision: found[2], start: found[3], end: found[4] };
  }

  async function open(hash, link) {
    const place = parsed(hash);
    const target = pane() && $(".shown", pane());
    if (!place || !target) return;
    const query = `article=${place.article}&revision=${place.revision}` +
      `&start=${place.start}&end=${place.end}`;
    let text;
    wanted = hash;
    try {
      text = await (await fetch(`page/article?${query}`)).text();
    } catch {
      return tell("The article could not be loaded: is the server still running?");
    }
    if (wanted !== hash) return; // another one was chosen meanwhile
    target.innerHTML = text;
    opened = { link, exchange: link?.dataset.exchange ?? "", number: +(link?.dataset.number ?? 0) };
    // The browser's own Back closes an article; on a phone nothing else would come to mind.
    if (document.body.classList.contains("reading-open") || location.hash === hash)
      history.replaceState(history.state, "", hash);
    else history.pushState({ reading: true }, "", hash);
    document.body.classList.add("reading-open");
    fillSlot();
    walk();
    document.querySelectorAll(".chosen").forEach((one) => one.classList.remove("chosen"));
    link?.classList.add("chosen");
    const hit = $("mark.hit", target);
    const body = $(".shown", pane());
    body.scrollTop = 0; // with what is cited on the first screen the title stays in view
    if (hit) {
      const box = hit.getBoundingClientRect();
      const top = body.getBoundingClientRect().top;
      if (box.bottom - top > body.clientHeight * 0.7)
        body.scrollTop = box.top - top - body.clientHeight / 3;
    }
    $("h2", target)?.focus({ preventScroll: true });
    say(hit ? `Opened: ${$("h2", target)?.textContent}` : "Opened");
  }

  function fillSlot() {
    const slot = $(".slot", pane());
    if (!slot || !opened.exchange) return;
    const item = document.getElementById(`s-${opened.exchange}-${opened.number}`);
    const about = item && $(".about", item);
    if (about) slot.append(about.cloneNode(true));
  }

  function numbers() {
    return [...document.querySelectorAll(`#x-${opened.exchange} a.source`)];
  }

  function walk(step = 0) {
    const bar = $(".walk", pane());
    const all = opened.exchange ? numbers() : [];
    const at = all.findIndex((one) => +one.dataset.number === opened.number);
    bar.hidden = all.length === 0;
    if (step && all[at + step]) return open(all[at + step].getAttribute("href"), all[at + step]);
    $(".position", bar).textContent = all.length ? `Source ${at + 1} of ${all.length}` : "";
    $("[data-walk='-1']", bar).disabled = at <= 0;
    $("[data-walk='1']", bar).disabled = at >= all.length - 1;
  }

  function close() {
    if (history.state?.reading) return history.back(); // ends in left()
    history.replaceState(null, "", location.pathname + location.search);
    left();
  }

  function left() {
    wanted = "";
    if (!document.body.classList.contains("reading-open")) return;
    document.body.classList.remove("reading-open");
    rest();
    document.querySelectorAll(".chosen").forEach((one) => one.classList.remove("chosen"));
    opened.link?.focus();
  }

  // What stands in the pane while no article is open.
  async function rest() {
    const target = pane() && $(".shown", pane());
    $(".walk", pane()).hidden = true;
    const response = await fetch("page/newest").catch(() => null);
    if (response?.ok && !document.body.classList.contains("reading-open"))
      target.innerHTML = await response.text();
  }

  // ---- preview of a quotation -------------------------------------------------------
  function preview(link) {
    const tip = $("#preview");
    const item = document.getElementById(`s-${link.dataset.exchange}-${link.dataset.number}`);
    const words = item && $(".exact", item);
    if (!tip || !words) return;
    $(".words", tip).textContent = words.textContent;
    $(".where", tip).textContent = [...item.querySelectorAll(".about .row")]
      .map((row) => row.textContent).join(" · ");
    tip.hidden = false;
    link.setAttribute("aria-describedby", "preview");
    const box = link.getBoundingClientRect();
    const left = Math.min(box.left, innerWidth - tip.offsetWidth - 12);
    const above = box.top - tip.offsetHeight - 8;
    tip.style.left = `${Math.max(12, left)}px`;
    tip.style.top = `${above > 8 ? above : box.bottom + 8}px`;
  }

  function conceal() {
    const tip = $("#preview");
    if (tip) tip.hidden = true;
  }

  // ---- copy and save ----------------------------------------------------------------
  async function copy(button, text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch { // no permission, or not a secure context
      const area = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const before = button.textContent;
    button.textContent = "Copied";
    say("Copied");
    setTimeout(() => { button.textContent = before; }, 1500);
  }

  function save(name, type, text) {
    if (!text) return tell("There is nothing to save yet.");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  // ---- events, all on the document: what is inside changes with every answer ---------
  document.addEventListener("click", (event) => {
    const found = (selector) => event.target.closest?.(selector);
    const link = found("a[href^='#read/']");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      conceal();
      open(link.getAttribute("href"), link);
    } else if (found("[data-link]") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      copy(found("[data-link]"), found("[data-link]").href);
    } else if (found("[data-copy]")) copy(found("[data-copy]"), found("[data-copy]").dataset.copy);
    else if (found("[data-walk]")) walk(+found("[data-walk]").dataset.walk);
    else if (found("[data-close]")) close();
    else if (found("[data-correct]")) correct(found("[data-correct]"));
  });
  for (const [on, off] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
    document.addEventListener(on, (event) => {
      const link = event.target.closest?.("a.cite");
      if (link) preview(link);
    });
    document.addEventListener(off, (event) => {
      if (event.target.closest?.("a.cite")) conceal();
    });
  }
  document.addEventListener("scroll", conceal, true);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (!$("#preview")?.hidden) conceal();
      else if (document.body.classList.contains("reading-open")) close();
    }
    const inPane = event.target.closest?.("#evidence");
    if (inPane && event.key === "ArrowRight") walk(1);
    if (inPane && event.key === "ArrowLeft") walk(-1);
  });
  addEventListener("popstate", () => (parsed(location.hash) ? open(location.hash, null) : left()));

  // What a button asks: an example, or a question asked again as it was or without a part.
  function again(button) {
    const { ask, key = "", changed = "" } = button.dataset;
    return { question: ask, key, changed: changed.split(" ").filter(Boolean) };
  }

  // What was put right in a form; fields left as they were stay as the question says.
  function corrected(form) {
    const inputs = [...form.querySelectorAll("input")];
    const given = Object.fromEntries(inputs.map((one) => [one.name, one.value]));
    const changed = inputs.filter((one) => one.value.trim() !== one.defaultValue);
    const names = changed.length ? changed.map((one) => one.name) : ["nothing"];
    return { ...given, key: form.dataset.key, changed: names };
  }

  // What a question was understood as, opened to be put right.
  function correct(button) {
    const form = document.getElementById(button.getAttribute("aria-controls"));
    if (!form) return;
    form.hidden = !form.hidden;
    button.setAttribute("aria-expanded", String(!form.hidden));
    if (!form.hidden) $("input[name=speaker]", form).focus();
  }

  // ---- the conversation of this tab ---------------------------------------------------
  // The keys of its answers stay in the tab's own storage: a reload shows them again, another
  // tab or window does not.
  const KEYS = "onrecord.conversation";
  const linked = () => /^[0-9a-f]{32}$/.exec(new URLSearchParams(location.search).get("a"))?.[0];

  function held() {
    try {
      return linked() ?? sessionStorage.getItem(KEYS) ?? "";
    } catch { // storage is switched off
      return linked() ?? "";
    }
  }

  function fresh() {
    $("#question textarea")?.focus();
    return ["", "", ""];
  }

  function keep(keys) {
    try {
      sessionStorage.setItem(KEYS, keys);
    } catch { /* the conversation lasts until the page is left */ }
    if (linked() && keys !== linked()) // it went on after the answer that the address names
      history.replaceState(null, "", location.pathname + location.hash);
  }

  // What is asked before an article is removed stands above a long table: it comes into view
  // with the harmless choice focused.
  let doubted = "";
  function confirmed() {
    const question = $("#asked .confirm")?.textContent ?? "";
    if (question === doubted) return;
    const keep = $("#no");
    if (question && !keep) return; // gradio has not shown it yet
    doubted = question;
    keep?.focus();
    if (question) $("#confirm").scrollIntoView({ block: "center" });
  }

  // A turned page of a table is read from its top, with the focus where it was.
  let turning = null; // the table's place, what stood there, and which way it was turned
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-turn]");
    const place = button?.closest("#said-table, #articles");
    if (place) turning = { place: place.id, was: $(".position", place).textContent, way: button.textContent };
  }, true);
  function turned() {
    const nav = turning && $(`#${turning.place} .pages`);
    if (!nav || $(".position", nav).textContent === turning.was) return;
    const buttons = [...nav.querySelectorAll("button:not(:disabled)")];
    (buttons.find((one) => one.textContent === turning.way) ?? buttons[0])?.focus({ preventScroll: true });
    nav.scrollIntoView({ block: "start" });
    say($(".position", nav).textContent);
    turning = null;
  }

  // Times are written in UTC; people read their own.
  function localTimes() {
    document.querySelectorAll("time[datetime]:not([title])").forEach((one) => {
      const at = new Date(one.dateTime);
      one.title = one.textContent;
      const today = at.toDateString() === new Date().toDateString();
      one.textContent = at.toLocaleString("en-GB", today ? { timeStyle: "short" }
        : { dateStyle: "long", timeStyle: "short" });
    });
  }

  // ---- gradio's parts ---------------------------------------------------------------
  // Its own day field has no label and no keyboard; a text field of type date has both.
  function days() {
    document.querySelectorAll(".day input:not([type=date])").forEach((one) => { one.type = "date"; });
  }

  // ---- folders --------------------------------------------------------------------------
  // Gradio keeps only the last part of a file's name, so that two index.html of one folder would
  // be one file: the way to each becomes part of its name. Other kinds of files stay where they
  // are, and a dropped folder goes the way of a chosen one.
  const MOST = 1000; // files of one upload that the server takes

  function sendable(files) {
    const endings = $("#drop input[type=file]")?.accept.split(/,\s*/) ?? [];
    return files.filter(([path]) => !/(^|\/)\./.test(path)
      && (!endings[0] || endings.some((one) => path.toLowerCase().endsWith(one))));
  }

  function choose(input, files) {
    const kept = sendable(files);
    if (!kept.length) return refuse("The folder holds no articles in a format that is read.");
    if (kept.length > MOST)
      return refuse(`The folder holds ${kept.length.toLocaleString("en")} articles: index it with ` +
        "“onrecord index FOLDER”, which also sees what changes in it.");
    refuse("");
    const moved = new DataTransfer();
    for (const [path, file] of kept)
      moved.items.add(new File([file], path.replaceAll("/", ", "), { type: file.type }));
    input.files = moved.files;
    input.dataset.named = "yes";
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function refuse(reason) {
    const place = $("#refused");
    if (place) place.textContent = reason;
  }

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches?.("input[webkitdirectory]")) return;
    if (input.dataset.named) return void delete input.dataset.named;
    event.stopImmediatePropagation();
    choose(input, [...input.files].map((one) => [one.webkitRelativePath || one.name, one]));
  }, true);

  async function walked(entry) {
    if (entry.isFile)
      return [[entry.fullPath.slice(1), await new Promise((done, failed) => entry.file(done, failed))]];
    const reader = entry.createReader();
    const found = [];
    for (;;) { // a reader gives a hundred entries at a time
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) break;
      found.push(...some);
    }
    return (await Promise.all(found.map(walked))).flat();
  }

  document.addEventListener("drop", async (event) => {
    const entries = [...(event.dataTransfer?.items ?? [])].map((one) => one.webkitGetAsEntry?.());
    const input = $("input[webkitdirectory]");
    if (!event.target.closest?.("#drop") || !input || !entries.some((one) => one?.isDirectory)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    choose(input, (await Promise.all(entries.filter(Boolean).map(walked))).flat());
  }, true);

  // A new question is read from its top; the answer grows below it.
  let asked = "";
  function follow() {
    const one = $("#now .exchange");
    if (!one || one.id === asked) return;
    asked = one.id;
    conceal();
    one.scrollIntoView({ block: "start" });
  }

  let ready = false;
  // While gradio builds the page the reader sees whose it is and not an empty window.
  document.addEventListener("DOMContentLoaded", () => {
    if (ready) return;
    const cover = Object.assign(document.createElement("div"), { id: "loading" });
    const name = Object.assign(document.createElement("p"), { textContent: "onrecord" });
    name.className = "name";
    const words = Object.assign(document.createElement("p"), { textContent: "Opening the page" });
    words.className = "status busy";
    words.setAttribute("role", "status");
    cover.append(name, words);
    document.body.prepend(cover);
  });

  // Gradio builds the page after this script runs: a shared link opens once the pane stands.
  new MutationObserver(() => {
    days();
    follow();
    localTimes();
    confirmed();
    turned();
    if ($("#now :is(.greeting, .exchange)")) $("#loading")?.remove();
    if (ready || !pane() || !$(".shown", pane())) return;
    ready = true;
    // Beside the pane and not in it: a small window hides the pane, and with it what it would say.
    const lines = [["div", { id: "announcement", role: "status" }],
      ["p", { id: "told", ariaHidden: "true", hidden: true }]];
    for (const [name, given] of lines)
      document.body.append(Object.assign(document.createElement(name), given));
    setTimeout(() => $("#loading")?.remove(), 5000); // whatever else is slow, one can ask
    document.documentElement.dataset.onrecord = "ready";
    if (parsed(location.hash)) open(location.hash, null);
    else rest();
  }).observe(document.documentElement, {
    childList: true, subtree: true, attributes: true, attributeFilter: ["id"],
  });
  window.onrecord = { save, held, keep, fresh, again, corrected };
})();

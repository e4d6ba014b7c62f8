"use strict";

// The page asks the API for everything. What people said becomes text, never HTML.
const $ = (selector, within = document) => within.querySelector(selector);
const [feed, more, notice, say] = [$("#feed"), $("#more"), $("#notice"), $("#say")];
let source = "/api/activities/home";

async function ask(path, options) {
  const response = await fetch(path, options);
  const body = await response.json();
  if (!response.ok) throw new Error((body.errors || [response.status]).join(", "));
  return body;
}

function send(method, path, body) {
  return ask(path, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

function tell(problem) {
  notice.hidden = !problem;
  notice.textContent = problem ? `That did not work: ${problem.message}` : "";
}

function ago(instant) {
  const seconds = Math.round((Date.parse(instant) - Date.now()) / 1000);
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  for (const [unit, length] of [["day", 86400], ["hour", 3600], ["minute", 60]])
    if (Math.abs(seconds) >= length) return words.format(Math.round(seconds / length), unit);
  return words.format(seconds, "second");
}

function shown(activity) {
  const item = $("#activity").content.cloneNode(true).firstElementChild;
  item.dataset.uuid = activity.uuid;
  $("b", item).textContent = activity.display_name || "";
  $("a", item).textContent = "@" + activity.handle;
  $("a", item).href = "#@" + encodeURIComponent(activity.handle);
  $("time", item).textContent = ago(activity.created_at);
  $("time", item).dateTime = activity.created_at;
  $("p", item).textContent = activity.message;
  $(".reply span", item).textContent = activity.replies_count || "";
  $(".like span", item).textContent = activity.likes_count || "";
  if (activity.expires_at) $("small", item).textContent = "expires " + ago(activity.expires_at);
  $(".reply", item).onclick = () => reply(item).catch(tell);
  $(".like", item).onclick = () => like(item).catch(tell);
  return item;
}

async function reply(item) {
  const path = `/api/activities/${item.dataset.uuid}`;
  const thread = await ask(path);
  $(".replies", item).replaceChildren(...thread.replies.map(shown));
  const message = prompt("Your reply");
  if (!message) return;
  $(".replies", item).append(shown(await send("POST", `${path}/reply`, { user_handle: say.user_handle.value, message })));
  $(".reply span", item).textContent = thread.replies_count + 1;
}

async function like(item) {
  const path = `/api/activities/${item.dataset.uuid}/likes`;
  const method = item.dataset.liked ? "DELETE" : "POST";
  const answer = await send(method, path, { user_handle: say.user_handle.value });
  item.dataset.liked = method === "POST" ? "yes" : "";
  $(".like span", item).textContent = answer.likes_count || "";
}

async function load(before) {
  const separator = source.includes("?") ? "&" : "?";
  const activities = await ask(before ? `${source}${separator}before=${before}` : source);
  const items = activities.map(shown);
  if (before) feed.append(...items); else feed.replaceChildren(...items);
  more.hidden = activities.length < 20;
}

function open() {
  const place = decodeURIComponent(location.hash.slice(1));
  tell();
  if (place.startsWith("@")) source = "/api/activities/@" + encodeURIComponent(place.slice(1));
  else if (place.startsWith("?")) source = "/api/activities/search?term=" + encodeURIComponent(place.slice(1));
  else source = "/api/activities/home";
  $("#title").textContent = place.startsWith("?") ? `“${place.slice(1)}”` : place || "Home";
  load().catch(tell);
}

say.onsubmit = (event) => {
  event.preventDefault();
  const body = Object.fromEntries(new FormData(say));
  send("POST", "/api/activities", body).then((activity) => {
    say.message.value = "";
    feed.prepend(shown(activity));
    tell();
  }).catch(tell);
};
$("#search").onsubmit = (event) => {
  event.preventDefault();
  location.hash = "?" + encodeURIComponent(event.target.term.value);
};
more.onclick = () => load(feed.lastElementChild.dataset.uuid).catch(tell);
window.onhashchange = open;
open();

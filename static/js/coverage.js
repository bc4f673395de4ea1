// Running totals under the grid of staff trained. Without JavaScript "Check the totals first" says the same.
const table = document.querySelector("[data-totals]");
const place = document.querySelector("[data-totals-here]");

const whole = (input) => {
  const digits = (input?.value ?? "").replace(/[,\s\u00a0]/g, "");
  return /^\d{1,7}$/.test(digits) ? Number(digits) : 0;
};

function share(inDate, inPost) {
  const counts = `${inDate.toLocaleString("en-GB")} of ${inPost.toLocaleString("en-GB")}`;
  if (inPost < 5) return counts;
  const nearest = Math.round((100 * inDate) / inPost);
  const percent = nearest === 100 && inDate < inPost ? 99 : nearest === 0 && inDate > 0 ? 1 : nearest;
  return `${counts}, ${percent} %`;
}

function show() {
  let inPost = 0;
  let inDate = 0;
  table.querySelectorAll("tbody tr").forEach((row) => {
    const [post, date] = row.querySelectorAll("input");
    inPost += whole(post);
    inDate += whole(date);
  });
  place.hidden = !inPost;
  place.textContent = `All staff so far: ${share(inDate, inPost)} in date`;
}

if (table && place) {
  table.addEventListener("input", show);
  show();
}

// Copies the text at an address. False when the browser does not allow it, for example without a click.
export async function copy(address) {
  try {
    const answer = await fetch(address);
    if (!answer.ok) return false;
    await navigator.clipboard.writeText(await answer.text());
    return true;
  } catch {
    return false;
  }
}

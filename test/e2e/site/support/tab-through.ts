/** The Tab key, pressed until it has been everywhere. */
import type { Page } from "playwright-core";

/** What Tab has reached, and what it should have: by tag, text and number of the element. */
export interface TabOrder {
  readonly reached: readonly string[];
  /** In the order of the document. */
  readonly reachable: readonly string[];
  /** Where nothing shows the focus. */
  readonly unseen: readonly string[];
}

/** Presses Tab from the top of the page to its end. */
export async function tabThrough(page: Page): Promise<TabOrder> {
  const reachable = await page.evaluate(() => {
    const selector = "a[href], button, input, summary, [tabindex='0']";
    return [...document.querySelectorAll<HTMLElement>(selector)]
      .filter((element) => element.tabIndex >= 0 && element.checkVisibility())
      .map((element, number) => {
        element.dataset["number"] = `${number} ${element.tagName} ${element.textContent.trim().slice(0, 40)}`;
        return element.dataset["number"];
      });
  });
  const reached: string[] = [];
  const unseen: string[] = [];
  for (let presses = 0; presses <= reachable.length; presses += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      if (element === null || element === document.body) return undefined;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const isInView = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
      return {
        name: element.dataset["number"] ?? element.outerHTML,
        isSeen: outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1 && isInView,
      };
    });
    if (at === undefined || at.name === reached[0]) break;
    reached.push(at.name);
    if (!at.isSeen) unseen.push(at.name);
  }
  return { reached, reachable, unseen };
}

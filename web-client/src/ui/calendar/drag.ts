/* SPDX-License-Identifier: LGPL-2.1-or-later */

/** Dragging by mouse.  A finger scrolls; it has the dialog, as the keyboard has. */

const THRESHOLD_PX = 5;

export interface Way {
  dx: number;
  dy: number;
  /** What lies under the pointer. */
  under: Element | null;
}

export interface DragWatch {
  move(way: Way): void;
  drop(way: Way): void;
  /** In any case, before `drop`: what was shown meanwhile goes. */
  end(): void;
}

/** From a pointerdown on.  A press without a movement stays a click; Escape lets go. */
export function startDrag(event: PointerEvent, watch: DragWatch): void {
  if (event.button !== 0 || event.pointerType !== "mouse") return;
  const [x, y] = [event.pageX, event.pageY];
  let isDragging = false;
  const way = (at: PointerEvent): Way => ({ dx: at.pageX - x, dy: at.pageY - y, under: document.elementFromPoint(at.clientX, at.clientY) });
  const stop = (): void => {
    window.removeEventListener("pointermove", move);
    window.removeEventListener("pointerup", drop);
    window.removeEventListener("pointercancel", stop);
    window.removeEventListener("keydown", escape, true);
    if (isDragging) watch.end();
    isDragging = false;
  };
  const move = (at: PointerEvent): void => {
    const now = way(at);
    if (!isDragging && Math.hypot(now.dx, now.dy) < THRESHOLD_PX) return;
    isDragging = true;
    at.preventDefault();
    watch.move(now);
  };
  const drop = (at: PointerEvent): void => {
    const wasDragging = isDragging;
    const now = way(at);
    stop();
    if (!wasDragging) return;
    swallowClick();
    watch.drop(now);
  };
  const escape = (key: KeyboardEvent): void => {
    if (key.key !== "Escape" || !isDragging) return;
    key.preventDefault();
    window.addEventListener("pointerup", swallowClick, { capture: true, once: true });
    stop();
  };
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", drop);
  window.addEventListener("pointercancel", stop);
  window.addEventListener("keydown", escape, true);
}

/** The click that follows at once opens nothing. */
function swallowClick(): void {
  const swallow = (event: Event): void => {
    event.stopPropagation();
    event.preventDefault();
  };
  window.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => window.removeEventListener("click", swallow, true));
}

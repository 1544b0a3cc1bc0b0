const CATCH_UP_PX = 10; // a frame, and what the place itself moved

/**
 * Which part of a timeline is seen. While it plays the place stays in the middle, and else in sight. Whoever scrolls
 * is left alone until the place comes to the middle by itself, or is moved.
 */
export class Follower {
  private left = 0;
  private x = 0;
  private waits = false;
  /** A finger or a button is down: nothing moves under it. */
  pressed = false;

  /** `calm`: it shall jump from part to part, and not glide. */
  constructor(
    private readonly box: { scrollLeft: number },
    private readonly calm: boolean,
  ) {}

  /** The place is at `x`, and `width` are seen, in px. */
  follow(x: number, width: number, plays: boolean): void {
    const middle = this.left + width / 2;
    if (this.x < middle && x >= middle && x - this.x < width / 4) this.waits = false;
    const moved = Math.max(0, x - this.x);
    this.x = x;
    if (this.pressed || (plays && this.waits)) return;
    if (x < this.left || x > this.left + width) this.show(x - width * (plays && this.calm ? 0.1 : 0.5));
    else if (plays && !this.calm && x > middle) this.show(this.left + Math.min(moved + CATCH_UP_PX, x - middle));
  }

  show(left: number): void {
    this.box.scrollLeft = left;
    this.left = this.box.scrollLeft;
  }

  /** Takes over where it is, which is news only where somebody else scrolled. */
  scrolled(): void {
    if (Math.abs(this.box.scrollLeft - this.left) > 1) this.waits = true;
    this.left = this.box.scrollLeft;
  }

  goOn(): void {
    this.waits = false;
  }
}

/** An image file that cannot be used. */
export class ImageError extends Error {}

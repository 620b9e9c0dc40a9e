export interface DataUrl {
  readonly mediaType: string;
  readonly base64: string;
}

const marker = ";base64,";

/** `undefined` for anything but a base64 `data:` URL. No regular expression: the text may have megabytes. */
export function readDataUrl(url: string): DataUrl | undefined {
  if (!url.startsWith("data:")) return undefined;
  const comma = url.indexOf(",");
  const isBase64 = comma >= marker.length && url.slice(comma + 1 - marker.length, comma + 1) === marker;
  if (!isBase64) return undefined;
  const [mediaType = ""] = url.slice("data:".length, comma).split(";", 1);
  return { mediaType: mediaType === "" ? "text/plain" : mediaType, base64: url.slice(comma + 1) };
}

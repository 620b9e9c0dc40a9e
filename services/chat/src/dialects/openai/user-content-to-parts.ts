import type { LanguageModelV4FilePart, LanguageModelV4TextPart } from "@ai-sdk/provider";
import type { ChatMessage } from "@gaia/contracts";
import type { CardFacts } from "./card-facts.ts";
import { invalidField } from "./invalid-field.ts";
import { readDataUrl } from "./read-data-url.ts";

type UserContent = Extract<ChatMessage, { role: "user" }>["content"];
type UserPart = Exclude<UserContent, string>[number];
type PartOf<Type extends UserPart["type"]> = Extract<UserPart, { type: Type }>;
type Path = readonly (string | number)[];

const audioTypes: ReadonlyMap<string, string> = new Map([
  ["wav", "audio/wav"],
  ["mp3", "audio/mpeg"],
]);

/** `path` is where the content stands in the body, for complaints. */
export function userContentToParts(
  content: UserContent,
  card: CardFacts,
  path: Path,
): (LanguageModelV4TextPart | LanguageModelV4FilePart)[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return content.map((part, index) => toPart(part, card, [...path, index]));
}

function toPart(part: UserPart, card: CardFacts, path: Path): LanguageModelV4TextPart | LanguageModelV4FilePart {
  if (part.type === "text") return { type: "text", text: part.text };
  if (part.type === "image_url") return imagePart(part, [...path, "image_url", "url"]);
  if (part.type === "input_audio") return audioPart(part, [...path, "input_audio", "format"]);
  return filePart(part, card, [...path, "file"]);
}

function imagePart({ image_url: { url, detail } }: PartOf<"image_url">, path: Path): LanguageModelV4FilePart {
  const data = readDataUrl(url);
  const image: LanguageModelV4FilePart = data
    ? { type: "file", mediaType: data.mediaType, data: { type: "data", data: data.base64 } }
    : { type: "file", mediaType: "image/*", data: { type: "url", url: webUrl(url, path) } };
  if (detail === undefined) return image;
  // The adapter for compatible servers knows no detail, but spreads its own options over the part it sends.
  return {
    ...image,
    providerOptions: { openai: { imageDetail: detail }, openaiCompatible: { image_url: { url, detail } } },
  };
}

function webUrl(text: string, path: Path): URL {
  const url = URL.parse(text);
  if (url?.protocol === "https:" || url?.protocol === "http:") return url;
  throw invalidField(path, "Expected an http(s) URL or a base64 data URL");
}

function audioPart({ input_audio: { data, format } }: PartOf<"input_audio">, path: Path): LanguageModelV4FilePart {
  const mediaType = audioTypes.get(format);
  if (mediaType === undefined) throw invalidField(path, "Expected wav or mp3");
  return { type: "file", mediaType, data: { type: "data", data } };
}

function filePart({ file }: PartOf<"file">, { provider }: CardFacts, path: Path): LanguageModelV4FilePart {
  if (file.file_id !== undefined) {
    return {
      type: "file",
      mediaType: "application/pdf",
      data: { type: "reference", reference: referenceTo(file.file_id, provider) },
    };
  }
  const data = readDataUrl(file.file_data ?? "");
  if (data === undefined) throw invalidField([...path, "file_data"], "Expected a base64 data URL, or a file_id");
  return {
    type: "file",
    mediaType: data.mediaType,
    data: { type: "data", data: data.base64 },
    ...(file.filename === undefined ? {} : { filename: file.filename }),
  };
}

// The adapter for compatible servers looks under its own name.
function referenceTo(id: string, provider: CardFacts["provider"]): Record<string, string> {
  return provider === "openai" ? { openai: id, openaiCompatible: id } : { [provider]: id };
}

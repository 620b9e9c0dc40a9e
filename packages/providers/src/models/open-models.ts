import type { ModelCard } from "../catalogue/model-card.ts";
import type { ProviderAccess, ProviderDeps } from "../create-provider.ts";
import { modelHealthAfter } from "../errors/failure-traits.ts";
import { createPassThrough } from "../http/create-pass-through.ts";
import type { ProviderHttp } from "../http/provider-http.ts";
import type { ResolvedModel } from "../model-registry.ts";
import type { CallRecord } from "../resilience/call-record.ts";
import { type CircuitBreaker, createCircuitBreaker } from "../resilience/circuit-breaker.ts";
import { createGuard } from "../resilience/guard.ts";
import {
  anthropicLanguageModels,
  compatibleLanguageModels,
  openAiLanguageModels,
  type LanguageModelFactory,
  type LanguageModelFactoryOptions,
} from "./create-language-model.ts";
import { guardModel } from "./guard-model.ts";

const mostRememberedModels = 500;

/** The models of one provider that somebody asked for, each with a circuit of its own. */
export interface OpenModels {
  open(card: ModelCard): Required<Pick<ResolvedModel, "model" | "passThrough">>;
  /** Names of those whose circuit is not closed. */
  paused(): readonly string[];
}

interface OpenModelsDeps extends Pick<ProviderDeps, "log" | "now" | "sleep" | "random"> {
  readonly access: ProviderAccess;
  readonly http: ProviderHttp;
  readonly fetch: typeof fetch;
  /** Of the provider, for all of its models. */
  readonly connection: CircuitBreaker;
  readonly record: CallRecord;
}

interface OpenModel {
  readonly circuit: CircuitBreaker;
  readonly ways: ReturnType<OpenModels["open"]>;
}

export function createOpenModels(deps: OpenModelsDeps): OpenModels {
  const { access, http, fetch, connection, record, log, now, sleep, random } = deps;
  const { id: provider, headers } = access;
  const rootPath = new URL(access.baseUrl).pathname.replace(/\/+$/, "");
  const languageModel = languageModelsOf(access)({ ...access, fetch });
  const modelsByName = new Map<string, OpenModel>();

  function openModel(card: ModelCard): OpenModel {
    const model = card.id;
    const circuit = createCircuitBreaker({
      subject: `The model ${model}`,
      healthAfter: modelHealthAfter,
      now,
      onChange: (state) => log.warn({ provider, model, circuit: state }, "circuit of a model changed"),
    });
    const guard = createGuard({
      connection,
      model: circuit,
      record,
      sleep,
      random,
      onFailure: ({ code, reason, cause }) =>
        log.debug({ provider, model, code, reason, cause }, "provider call failed"),
    });
    return {
      circuit,
      ways: {
        model: guardModel(languageModel(card), { provider, guard }),
        passThrough: createPassThrough({ provider, pool: http.pool, rootPath, headers, guard, now }),
      },
    };
  }

  return {
    open: (card) => {
      const known = modelsByName.get(card.id);
      if (known) return known.ways;
      // A server without a model list is asked for whatever names callers think of.
      if (modelsByName.size >= mostRememberedModels) modelsByName.clear();
      const opened = openModel(card);
      modelsByName.set(card.id, opened);
      return opened.ways;
    },
    paused: () => [...modelsByName].filter(([, { circuit }]) => circuit.state !== "closed").map(([name]) => name),
  };
}

function languageModelsOf({
  id,
  kind,
}: ProviderAccess): (options: LanguageModelFactoryOptions) => LanguageModelFactory {
  if (id === "anthropic") return anthropicLanguageModels;
  return kind === "official" ? openAiLanguageModels : compatibleLanguageModels;
}

package dev.postern.server;

import dev.postern.agent.Agents;
import dev.postern.agent.SessionKey;
import dev.postern.config.RunningGateway;
import dev.postern.gateway.Gateway;
import dev.postern.server.door.DoorCalls;
import dev.postern.server.door.anthropic.CountTokensHandler;
import dev.postern.server.door.anthropic.MessagesHandler;
import dev.postern.server.door.openai.ChatCompletionsHandler;
import dev.postern.server.http.Limits;
import dev.postern.server.http.Router;
import dev.postern.server.replay.RunReplays;
import java.time.InstantSource;
import java.util.function.Supplier;

/** Assigns the handlers to the paths. */
final class Routes {
    private Routes() {}

    /**
     * All routes.
     *
     * @param tracker a listener of the gateway
     * @param rules supplies the current rules of the configuration
     * @param reloadError supplies the error of the last reload; empty for none
     * @param replays the runs of agents to which clients can come back
     */
    static Router of(
            RunningGateway running,
            BackendTracker tracker,
            Supplier<ServerRules> rules,
            Supplier<String> reloadError,
            RunReplays<SessionKey> replays,
            Limits limits) {
        Gateway gateway = running.gateway();
        RequestFactory requests = new RequestFactory(gateway, tracker, rules);
        Router routes = new Router()
                .post("/api/v1/llm/completions", new CompletionHandler(gateway, requests))
                .post("/api/v1/llm/completions/stream", new StreamHandler(gateway, requests, limits))
                .get("/api/v1/llm/models", new ModelsHandler(gateway, requests))
                .get("/api/v1/providers", new ProvidersHandler(gateway));
        var unused = probes(routes, gateway, reloadError, limits);
        doors(routes, gateway, new GatewayCalls(gateway, requests, rules), requests, limits);
        agents(routes, running.agents(), requests, replays, limits);
        return routes;
    }

    /** Adds the probes, which every listener answers. */
    static Router probes(Router routes, Gateway gateway, Supplier<String> reloadError, Limits limits) {
        return routes.probe("/healthz", HealthHandler::alive)
                .probe("/readyz", new HealthHandler(gateway, reloadError, limits.health()));
    }

    private static void doors(Router routes, Gateway gateway, DoorCalls calls, RequestFactory requests, Limits limits) {
        routes.errors(Doors::errors)
                .post(
                        "/v1/chat/completions",
                        new ChatCompletionsHandler(gateway, calls, limits, InstantSource.system()))
                .post("/v1/messages", new MessagesHandler(gateway, calls, limits))
                .post("/v1/messages/count_tokens", new CountTokensHandler(gateway, calls))
                .get("/v1/models", new DoorModelsHandler(gateway, requests));
    }

    private static void agents(
            Router routes, Agents agents, RequestFactory requests, RunReplays<SessionKey> replays, Limits limits) {
        AgentRuns runs = new AgentRuns();
        ChatRequestFactory chat = new ChatRequestFactory(agents, requests);
        AgentSpecsHandler specs = new AgentSpecsHandler(agents);
        AgentInsightHandler insight = new AgentInsightHandler(agents);
        AgentSessionsHandler sessions = new AgentSessionsHandler(agents, runs, replays);
        routes.get("/api/v1/agents", specs::list)
                .post("/api/v1/agents", specs::create)
                .get("/api/v1/agents/tool-catalog", insight::catalog) // before {name}, which would match too
                .get("/api/v1/agents/{name}", specs::get)
                .put("/api/v1/agents/{name}", specs::update)
                .delete("/api/v1/agents/{name}", specs::delete)
                .post("/api/v1/agents/{name}/chat", new ChatHandler(agents, chat, runs))
                .post("/api/v1/agents/{name}/chat/stream", new ChatStreamHandler(chat, runs, replays, limits))
                .get("/api/v1/agents/{name}/tools", insight::tools)
                .get("/api/v1/agents/{name}/memory", insight::memory)
                .get("/api/v1/agents/{name}/sessions", sessions::list)
                .post("/api/v1/agents/{name}/sessions/cleanup", sessions::cleanup)
                .get("/api/v1/agents/{name}/sessions/{session}", sessions::history)
                .delete("/api/v1/agents/{name}/sessions/{session}", sessions::delete)
                .get("/api/v1/agents/{name}/sessions/{session}/status", sessions::status)
                .get("/api/v1/agents/{name}/sessions/{session}/stream", new RunStreamHandler(agents, replays, limits))
                .delete("/api/v1/agents/{name}/sessions/{session}/run", sessions::cancel);
    }
}

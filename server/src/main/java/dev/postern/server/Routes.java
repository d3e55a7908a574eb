package dev.postern.server;

import dev.postern.agent.Agents;
import dev.postern.config.RunningGateway;
import dev.postern.gateway.Gateway;
import java.util.function.Supplier;

/** Which path is whose. */
final class Routes {
    private Routes() {}

    /**
     * All routes.
     *
     * @param answering a listener of the gateway
     * @param rules what the configuration says of the server now
     * @param reloadError empty as long as all is well with the configuration
     */
    static Router of(
            RunningGateway running,
            AnsweredBy answering,
            Supplier<ServerRules> rules,
            Supplier<String> reloadError,
            Limits limits) {
        Gateway gateway = running.gateway();
        Intake intake = new Intake(gateway, answering, rules);
        Router routes = new Router()
                .post("/api/v1/llm/completions", new CompletionHandler(gateway, intake))
                .post("/api/v1/llm/completions/stream", new StreamHandler(gateway, intake, limits))
                .get("/api/v1/llm/models", new ModelsHandler(gateway, intake))
                .get("/api/v1/providers", new ProvidersHandler(gateway))
                .get("/healthz", HealthHandler::alive)
                .get("/readyz", new HealthHandler(gateway, reloadError, limits.health()));
        agents(routes, running.agents(), intake, limits);
        return routes;
    }

    private static void agents(Router routes, Agents agents, Intake intake, Limits limits) {
        AgentRuns runs = new AgentRuns();
        ChatIntake chat = new ChatIntake(agents, intake);
        AgentSpecsHandler specs = new AgentSpecsHandler(agents);
        AgentInsightHandler insight = new AgentInsightHandler(agents);
        AgentSessionsHandler sessions = new AgentSessionsHandler(agents, runs);
        routes.get("/api/v1/agents", specs::list)
                .post("/api/v1/agents", specs::create)
                .get("/api/v1/agents/tool-catalog", insight::catalog) // before the agent of that name
                .get("/api/v1/agents/{name}", specs::get)
                .put("/api/v1/agents/{name}", specs::update)
                .delete("/api/v1/agents/{name}", specs::delete)
                .post("/api/v1/agents/{name}/chat", new ChatHandler(agents, chat, runs))
                .post("/api/v1/agents/{name}/chat/stream", new ChatStreamHandler(chat, runs, limits))
                .get("/api/v1/agents/{name}/tools", insight::tools)
                .get("/api/v1/agents/{name}/memory", insight::memory)
                .get("/api/v1/agents/{name}/sessions", sessions::list)
                .post("/api/v1/agents/{name}/sessions/cleanup", sessions::cleanup)
                .get("/api/v1/agents/{name}/sessions/{session}", sessions::history)
                .delete("/api/v1/agents/{name}/sessions/{session}", sessions::delete)
                .get("/api/v1/agents/{name}/sessions/{session}/status", sessions::status)
                .delete("/api/v1/agents/{name}/sessions/{session}/run", sessions::cancel);
    }
}

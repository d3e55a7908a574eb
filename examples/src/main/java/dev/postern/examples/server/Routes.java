package dev.postern.examples.server;

import dev.postern.gateway.Gateway;
import java.util.function.Supplier;

/** Which path is whose. */
final class Routes {
    private Routes() {}

    /** The routes of the models; {@code reloadError} is empty as long as all is well with the configuration. */
    static Router of(Gateway gateway, Supplier<String> reloadError, Limits limits) {
        Intake intake = new Intake(gateway);
        return new Router()
                .post("/api/v1/llm/completions", new CompletionHandler(gateway, intake))
                .post("/api/v1/llm/completions/stream", new StreamHandler(gateway, intake, limits))
                .get("/api/v1/llm/models", new ModelsHandler(gateway, intake))
                .get("/api/v1/providers", new ProvidersHandler(gateway))
                .get("/healthz", HealthHandler::alive)
                .get("/readyz", new HealthHandler(gateway, reloadError, limits.health()));
    }
}

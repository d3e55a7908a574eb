package dev.postern.spring.boot;

import dev.postern.LlmException;
import dev.postern.agent.AgentSpec;
import dev.postern.config.RunningGateway;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/** The endpoint {@code postern}: shows the names of backends and agents, and reloads the configuration. */
@Endpoint(id = "postern")
final class PosternEndpoint {
    private final RunningGateway running;
    private final GatewayReloader reloader;

    PosternEndpoint(RunningGateway running, GatewayReloader reloader) {
        this.running = running;
        this.reloader = reloader;
    }

    /** The names of what is configured. */
    @ReadOperation
    Map<String, Object> show() {
        return Map.of(
                "defaultBackend", running.gateway().defaultBackend(),
                "backends", running.gateway().backends(),
                "agents", running.agents().list().stream().map(AgentSpec::name).toList());
    }

    /** Reloads the configuration, and shows the new one. If that is invalid, the status is 500, and the reason is shown. */
    @WriteOperation
    WebEndpointResponse<Map<String, Object>> reload() {
        try {
            reloader.reload();
        } catch (LlmException e) {
            return new WebEndpointResponse<>(
                    Map.of("error", String.valueOf(e.getMessage())), WebEndpointResponse.STATUS_INTERNAL_SERVER_ERROR);
        }
        return new WebEndpointResponse<>(show());
    }
}

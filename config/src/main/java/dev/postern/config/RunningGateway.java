package dev.postern.config;

import dev.postern.agent.Agents;
import dev.postern.gateway.Gateway;
import java.util.Objects;

/**
 * A gateway and its agents, as {@link GatewayLoader} starts them from a file. Runs until it is closed.
 *
 * @param gateway the gateway to the backends
 * @param agents the agents, whose requests go to that gateway; without agents if the file declares none
 */
public record RunningGateway(Gateway gateway, Agents agents) implements AutoCloseable {
    /** Neither component may be null. */
    public RunningGateway {
        Objects.requireNonNull(gateway, "gateway");
        Objects.requireNonNull(agents, "agents");
    }

    /** Closes the gateway and its backends. The agents have nothing to close. */
    @Override
    public void close() {
        gateway.close();
    }
}

package dev.postern.server.observe;

import dev.postern.Usage;
import dev.postern.usage.Cost;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known about a request after its end. It has no content and no key.
 *
 * @param time when the request began
 * @param who who sent it
 * @param method the HTTP method
 * @param route the pattern of its path; empty if there is no such route
 * @param status the status that was sent; 0 if none was
 * @param outcome how it ended for the client
 * @param failure the kind of the failure, in lower case; empty if there was none
 * @param bytesIn the bytes of the request's body
 * @param bytesOut the bytes of the answer's body
 * @param duration the time until the answer ended
 * @param calls what its calls of models did
 */
public record RequestSummary(
        Instant time,
        Who who,
        String method,
        String route,
        int status,
        RequestOutcome outcome,
        String failure,
        long bytesIn,
        long bytesOut,
        Duration duration,
        Calls calls) {

    /**
     * Who sent a request.
     *
     * @param requestId the id of the request
     * @param correlationId the id of the whole job
     * @param key the name of the key, never the key itself; empty if there was none
     * @param tenant the tenant; empty if unknown
     */
    public record Who(String requestId, String correlationId, String key, String tenant) {}

    /**
     * The sum of all calls of models that a request led to: one of a completion, any number of an agent's run.
     *
     * @param count the number of calls that have ended
     * @param attempts the number of attempts
     * @param backend the backend of the last call; empty if there was none
     * @param model the model of the last call; empty if unknown
     * @param usage the tokens of all attempts; empty if none used any as far as is known
     * @param estimated whether a part of the tokens is an estimate
     * @param cost the cost of all attempts; empty if the price of one is unknown
     * @param firstToken the time from the beginning of the request to the first event with content
     */
    public record Calls(
            int count,
            int attempts,
            String backend,
            String model,
            Optional<Usage> usage,
            boolean estimated,
            Optional<Cost> cost,
            Optional<Duration> firstToken) {}
}

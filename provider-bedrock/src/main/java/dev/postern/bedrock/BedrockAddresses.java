package dev.postern.bedrock;

import dev.postern.CallOptions;
import dev.postern.http.HttpCall;
import java.net.URI;
import java.util.Map;

/**
 * The URLs of Bedrock's operations. A request may have its own region, which is part of the host name.
 *
 * @param environment the environment of the process, which may have addresses
 * @param region the region of requests that have none
 * @param endpoint the address to use instead of AWS's own; empty for AWS's own
 * @param ofRegion the addresses in the region
 */
record BedrockAddresses(AwsEnvironment environment, AwsRegion region, String endpoint, BedrockHosts ofRegion) {
    /**
     * Derives the addresses in the region, so an invalid one fails here and not at the first call.
     */
    BedrockAddresses(AwsEnvironment environment, AwsRegion region, String endpoint) {
        this(environment, region, endpoint, BedrockHosts.of(environment, region.name(), endpoint));
    }

    /**
     * The address of {@code /model/{modelId}/converse} or {@code …/converse-stream}. The model id is percent-encoded,
     * since an ARN has colons and slashes.
     */
    URI converse(String modelId, boolean stream, CallOptions options) {
        return model(modelId, stream ? "/converse-stream" : "/converse", options);
    }

    /** The address of {@code /model/{modelId}/count-tokens}. */
    URI countTokens(String modelId, CallOptions options) {
        return model(modelId, "/count-tokens", options);
    }

    private URI model(String modelId, String operation, CallOptions options) {
        if (modelId.isEmpty()) {
            throw RequestErrors.invalid("Bedrock needs a model; set the model of the request, or default_model.");
        }
        String path = "/model/" + PercentEncoding.encode(modelId) + operation;
        return withQuery(hosts(options).runtime() + path, options.query());
    }

    /** Scheme, host and port of the model server. */
    String origin(CallOptions options) {
        return HttpCall.origin(hosts(options).runtime());
    }

    /** The address of a {@code GET} request to the control plane. */
    URI control(String path, Map<String, String> query) {
        return withQuery(hosts(CallOptions.NONE).control() + path, query);
    }

    private BedrockHosts hosts(CallOptions options) {
        String name = region.nameFor(options);
        return name.equals(region.name()) ? ofRegion : BedrockHosts.of(environment, name, endpoint);
    }

    private static URI withQuery(String address, Map<String, String> query) {
        if (query.isEmpty()) {
            return URI.create(address);
        }
        StringBuilder all = new StringBuilder(address);
        char before = '?';
        for (Map.Entry<String, String> parameter : query.entrySet()) {
            all.append(before)
                    .append(PercentEncoding.encode(parameter.getKey()))
                    .append('=')
                    .append(PercentEncoding.encode(parameter.getValue()));
            before = '&';
        }
        return URI.create(all.toString());
    }
}

package dev.postern.wire;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The headers of the gateway's HTTP surface. As all headers they are found in any case. */
public final class GatewayHeaders {
    /** Request: the backend, or group, to ask. */
    public static final String PROVIDER = "X-Provider-LLM";
    /** Request: the backend to ask unless {@link #PROVIDER} names one; for callers that name one for everything. */
    public static final String PROVIDER_ALL = "X-Provider";
    /** Request: {@code true} asks for the fragments of tool arguments as they come. */
    public static final String TOOL_DELTAS = "X-Tool-Deltas";
    /** Answer: the backend that gave it. */
    public static final String BACKEND = "X-Backend";
    /** Both ways: names this exchange. */
    public static final String REQUEST_ID = "X-Request-Id";
    /** Both ways: names what this exchange is a part of. */
    public static final String CORRELATION_ID = "X-Correlation-Id";
    /** Request: the caller's own AWS access key. */
    public static final String AWS_ACCESS_KEY_ID = "X-AWS-Access-Key-Id";
    /** Request: the secret that belongs to it. */
    public static final String AWS_SECRET_ACCESS_KEY = "X-AWS-Secret-Access-Key";
    /** Request: the token of a temporary key. */
    public static final String AWS_SESSION_TOKEN = "X-AWS-Session-Token";
    /** Request: the region to ask. */
    public static final String AWS_REGION = "X-AWS-Region";

    /** The name of a credential in {@link dev.postern.CallOptions#credentials()}, and the header that carries it. */
    public static final Map<String, String> CREDENTIALS = credentials();

    private GatewayHeaders() {}

    private static Map<String, String> credentials() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("aws_access_key_id", AWS_ACCESS_KEY_ID);
        headers.put("aws_secret_access_key", AWS_SECRET_ACCESS_KEY);
        headers.put("aws_session_token", AWS_SESSION_TOKEN);
        headers.put("aws_region", AWS_REGION);
        return Collections.unmodifiableMap(headers);
    }
}

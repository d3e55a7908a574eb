package dev.postern.wire;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The names of the headers of the gateway over HTTP. Header names ignore case. */
public final class GatewayHeaders {
    /** Request: the backend or group. */
    public static final String PROVIDER = "X-Provider-LLM";
    /** Request: the backend if {@link #PROVIDER} is absent; for callers that set one header for all primitives. */
    public static final String PROVIDER_ALL = "X-Provider";
    /** Request: {@code true} asks for the fragments of tool arguments. */
    public static final String TOOL_DELTAS = "X-Tool-Deltas";
    /** Answer: the backend that answered. */
    public static final String BACKEND = "X-Backend";
    /** Request and answer: the id of this exchange. */
    public static final String REQUEST_ID = "X-Request-Id";
    /** Request and answer: the id of the larger operation that this exchange belongs to. */
    public static final String CORRELATION_ID = "X-Correlation-Id";
    /** Request: the user for whom the call is made. */
    public static final String USER = "X-User-Id";
    /** Request: the session of the conversation. */
    public static final String SESSION = "X-Session-Id";
    /** Request: the customer or team that pays for the call. */
    public static final String TENANT = "X-Tenant-Id";
    /** Request: the time that is left for the call, in milliseconds. */
    public static final String TIME_LEFT = "X-Time-Left-Ms";
    /** Request: the parent in the trace, as W3C Trace Context defines it. */
    public static final String TRACE_PARENT = "traceparent";
    /** Request: the state that belongs to {@link #TRACE_PARENT}. */
    public static final String TRACE_STATE = "tracestate";
    /** Request: the caller's own AWS access key. */
    public static final String AWS_ACCESS_KEY_ID = "X-AWS-Access-Key-Id";
    /** Request: the secret of that access key. */
    public static final String AWS_SECRET_ACCESS_KEY = "X-AWS-Secret-Access-Key";
    /** Request: the token of a temporary key. */
    public static final String AWS_SESSION_TOKEN = "X-AWS-Session-Token";
    /** Request: the AWS region. */
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

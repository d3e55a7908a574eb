package dev.postern;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How one request is sent: headers, query parameters, timeouts and credentials in place of the provider's own.
 * Immutable.
 */
public final class CallOptions {
    /** No options: the provider's own settings apply. */
    public static final CallOptions NONE = builder().build();

    private final Map<String, String> headers;
    private final Map<String, String> query;
    private final Map<String, String> credentials;
    private final Map<String, CallOptions> backends;
    private final @Nullable Timeouts timeouts;
    private final String apiKey;
    private final boolean serverFields;

    private CallOptions(Builder builder) {
        headers = copy(builder.headers);
        query = copy(builder.query);
        credentials = copy(builder.credentials);
        backends = copy(builder.backends);
        timeouts = builder.timeouts;
        apiKey = builder.apiKey;
        serverFields = builder.serverFields;
    }

    private static <V> Map<String, V> copy(Map<String, V> map) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    /** A builder without options. */
    public static Builder builder() {
        return new Builder();
    }

    /** Headers to add; they win over the provider's own. */
    public Map<String, String> headers() {
        return headers;
    }

    /** Query parameters to add to the URL, not yet encoded. */
    public Map<String, String> query() {
        return query;
    }

    /** Timeouts in place of the provider's. */
    public Optional<Timeouts> timeouts() {
        return Optional.ofNullable(timeouts);
    }

    /** The key in place of the provider's, or empty. */
    public String apiKey() {
        return apiKey;
    }

    /**
     * Credentials by name that only some providers support, such as those of AWS. A provider uses the names that it
     * knows and ignores the others.
     */
    public Map<String, String> credentials() {
        return credentials;
    }

    /**
     * Whether the answer's server info contains the data of the server that has no type in this library, such as
     * images, citations or log probabilities, under the server's own names; see {@link
     * CompletionResponse#serverInfo()}.
     */
    public boolean serverFields() {
        return serverFields;
    }

    /**
     * The options for another backend than the one that these options are meant for, such as a fallback or the backend
     * of a sub-agent. Key, headers, query parameters and credentials belong to one backend and are left out, unless
     * {@link Builder#backend} has set options for this backend by its name. Timeouts and the setting for server fields
     * belong to the caller and stay.
     *
     * @param name the other backend's name
     */
    public CallOptions forBackend(String name) {
        Builder kept = builder();
        CallOptions own = backends.get(name);
        if (own != null) {
            kept.add(own);
            kept.backends.putAll(own.backends); // of a gateway behind the gateway
        }
        kept.timeouts = own == null || own.timeouts == null ? timeouts : own.timeouts;
        kept.serverFields = serverFields || (own != null && own.serverFields);
        return kept.build();
    }

    /**
     * These options without those that {@link Builder#backend} has set. A gateway passes them to the backend that they
     * are meant for. That backend may be a gateway with backends of the same names, which must not get the keys of
     * other backends.
     */
    public CallOptions withoutBackends() {
        if (backends.isEmpty()) {
            return this;
        }
        Builder kept = builder();
        kept.add(this);
        kept.timeouts = timeouts;
        kept.serverFields = serverFields;
        return kept.build();
    }

    /** Whether {@link Builder#backend} has set options under this name. */
    public boolean hasBackend(String name) {
        return backends.containsKey(name);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) {
            return true; // of each call through a gateway
        }
        return other instanceof CallOptions that
                && headers.equals(that.headers)
                && query.equals(that.query)
                && credentials.equals(that.credentials)
                && backends.equals(that.backends)
                && Objects.equals(timeouts, that.timeouts)
                && apiKey.equals(that.apiKey)
                && serverFields == that.serverFields;
    }

    @Override
    public int hashCode() {
        return Objects.hash(headers, query, credentials, backends, timeouts, apiKey, serverFields);
    }

    /** Shows names, but no values, because they may be secrets. */
    @Override
    public String toString() {
        return "CallOptions[headers=" + RequestText.names(headers) + ", query=" + RequestText.names(query)
                + ", timeouts="
                + (timeouts == null ? "default" : timeouts) + (apiKey.isEmpty() ? "" : ", own key")
                + (credentials.isEmpty() ? "" : ", credentials=" + RequestText.names(credentials))
                + (backends.isEmpty() ? "" : ", backends=" + RequestText.names(backends))
                + (serverFields ? ", server fields" : "") + "]";
    }

    /** Builds the options of one request. Not thread-safe. */
    public static final class Builder {
        private final Map<String, String> headers = new LinkedHashMap<>();
        private final Map<String, String> query = new LinkedHashMap<>();
        private final Map<String, String> credentials = new LinkedHashMap<>();
        private final Map<String, CallOptions> backends = new LinkedHashMap<>();
        private @Nullable Timeouts timeouts;
        private String apiKey = "";
        private boolean serverFields;

        private Builder() {}

        /** Adds the headers, query parameters, credentials and key of other options. */
        private void add(CallOptions options) {
            headers.putAll(options.headers);
            query.putAll(options.query);
            credentials.putAll(options.credentials);
            apiKey = options.apiKey;
        }

        /** Adds a header. */
        public Builder header(String name, String value) {
            headers.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /** Adds a query parameter; it is encoded when the request is sent. */
        public Builder query(String name, String value) {
            query.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /** Replaces the provider's timeouts, except the connect timeout, which belongs to the client. */
        public Builder timeouts(Timeouts limits) {
            timeouts = Objects.requireNonNull(limits, "limits");
            return this;
        }

        /** Replaces the provider's key. */
        public Builder apiKey(String key) {
            apiKey = Objects.requireNonNull(key, "key");
            return this;
        }

        /** Adds a credential under a name that the provider knows. */
        public Builder credential(String name, String value) {
            credentials.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
            return this;
        }

        /**
         * Sets the options for one backend of a gateway, or for each member of a group. A gateway uses them for each
         * call to that backend: if the request names it, if it is a member of a group, and if it is a fallback. They
         * replace the key, headers, query parameters and credentials that are set here without a name. An agent uses
         * them for the backend of a sub-agent. Other providers have one backend and ignore them.
         *
         * <p>A gateway gives what is set without a name to the intended backend, or of a group to the member that it
         * asks first. Further members and fallbacks do not get it; see {@link CallOptions#forBackend}.
         *
         * <p>Where the backend is itself a gateway, options for its backends are set inside of these:
         * {@code .backend("eu", CallOptions.builder().backend("openai", …).build())}.
         *
         * @param name the name of the backend or group; a backend's own name wins over that of its group
         */
        public Builder backend(String name, CallOptions options) {
            backends.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(options, "options"));
            return this;
        }

        /** Asks for the data of the server that has no type in this library; default false. */
        public Builder serverFields(boolean wanted) {
            serverFields = wanted;
            return this;
        }

        /** The options. */
        public CallOptions build() {
            return new CallOptions(this);
        }
    }
}

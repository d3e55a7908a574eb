package dev.postern;

import dev.postern.flow.EnclosingCall;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, and for what: it travels with a request through gateways, retries, fallbacks, tools and sub-agents, and over every
 * change of threads. {@link CallOptions} is different: it says how a request is sent to one backend.
 *
 * <pre>{@code
 * CallContext context = CallContext.builder().user("ann").tenant("acme").within(Duration.ofSeconds(30)).build();
 * llm.completions(CompletionRequest.builder().user("Hi").context(context).build());
 * }</pre>
 *
 * <p>A provider sends nothing of it to a model server. It takes no part in the equality of requests. Immutable; an attribute may
 * be a mutable object, which the application then has to make thread-safe.
 */
public final class CallContext {
    /** The context of a request that has none. */
    public static final CallContext NONE = new CallContext(new Builder());

    /**
     * The value of the W3C header {@code traceparent} under which the call runs. An integration with a tracing library uses it as
     * the parent of its spans.
     */
    public static final Key<String> TRACE_PARENT = Key.of("traceparent", String.class);

    /** The value of the W3C header {@code tracestate} that belongs to {@link #TRACE_PARENT}. */
    public static final Key<String> TRACE_STATE = Key.of("tracestate", String.class);

    private final String id;
    private final String parent;
    private final String user;
    private final String session;
    private final String tenant;
    /** In the time of {@link System#nanoTime}; null for none. */
    private final @Nullable Long deadline;

    private final @Nullable Attribute attributes;

    private CallContext(Builder builder) {
        id = builder.id;
        parent = builder.parent;
        user = builder.user;
        session = builder.session;
        tenant = builder.tenant;
        deadline = builder.deadline;
        attributes = builder.attributes;
    }

    /** A builder of an empty context. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder with the values of this context. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.id = id;
        builder.parent = parent;
        builder.user = user;
        builder.session = session;
        builder.tenant = tenant;
        builder.deadline = deadline;
        builder.attributes = attributes;
        return builder;
    }

    /**
     * The id of the whole job, the same in all calls that belong to it. The application may set it; else the first call with
     * listeners or interceptors creates one. Empty before.
     */
    public String id() {
        return id;
    }

    /** The id of the call or run of which this is a part; empty if there is none. */
    public String parent() {
        return parent;
    }

    /** The user for whom the call is made; empty if unknown. */
    public String user() {
        return user;
    }

    /** The session of the conversation; empty if unknown. */
    public String session() {
        return session;
    }

    /** The customer or team that pays for the call; empty if unknown. */
    public String tenant() {
        return tenant;
    }

    /**
     * The time until the deadline, which may be negative. Empty if there is no deadline. A call that is over its deadline fails
     * with {@link LlmException.Kind#TIMEOUT}; if it has not begun, nothing is sent. This holds for the providers of this library, for a
     * gateway with any backends, and for any provider with an instrumentation around it. Another provider has to look at this.
     */
    public Optional<Duration> remaining() {
        return deadline == null ? Optional.empty() : Optional.of(Duration.ofNanos(deadline - System.nanoTime()));
    }

    /** The value of an attribute. */
    public <T> Optional<T> get(Key<T> key) {
        Attribute found = find(attributes, key);
        return found == null ? Optional.empty() : Optional.of(key.type.cast(found.value));
    }

    /** This context with an attribute; a value of the same key is replaced. */
    public <T> CallContext with(Key<T> key, T value) {
        Builder builder = toBuilder();
        builder.attributes = new Attribute(key, key.type.cast(value), without(attributes, key));
        return new CallContext(builder);
    }

    /** This context without the attribute of this key. */
    public CallContext without(Key<?> key) {
        Builder builder = toBuilder();
        builder.attributes = without(attributes, key);
        return new CallContext(builder);
    }

    /**
     * This context, completed by another one: what is empty here comes from there, and so does each attribute whose key has no value
     * here. The earlier one of the deadlines counts.
     */
    public CallContext withDefaults(CallContext other) {
        if (other == NONE) {
            return this;
        }
        if (this == NONE) {
            return other;
        }
        Builder builder = toBuilder();
        builder.id = id.isEmpty() ? other.id : id;
        builder.parent = parent.isEmpty() ? other.parent : parent;
        builder.user = user.isEmpty() ? other.user : user;
        builder.session = session.isEmpty() ? other.session : session;
        builder.tenant = tenant.isEmpty() ? other.tenant : tenant;
        if (deadline == null || (other.deadline != null && other.deadline - deadline < 0)) {
            builder.deadline = other.deadline;
        }
        for (Attribute each = other.attributes; each != null; each = each.next) {
            if (find(attributes, each.key) == null) {
                builder.attributes = new Attribute(each.key, each.value, builder.attributes);
            }
        }
        return new CallContext(builder);
    }

    private static @Nullable Attribute find(@Nullable Attribute first, Key<?> key) {
        Attribute found = first;
        while (found != null && found.key != key) {
            found = found.next;
        }
        return found;
    }

    /** The attributes that differ from this key. The values after the first such key are shared. */
    private static @Nullable Attribute without(@Nullable Attribute first, Key<?> key) {
        Attribute found = find(first, key);
        if (found == null) {
            return first;
        }
        Attribute rest = found.next;
        for (Attribute each = first; each != null && each != found; each = each.next) {
            rest = new Attribute(each.key, each.value, rest);
        }
        return rest;
    }

    /**
     * The context for work that belongs to the call of this context, but is not made with its request: a request with the new context is
     * a call of its own, whose {@link #parent} is the call above. A provider that asks another model for its answer needs this, because
     * what it makes with the context of its request is a part of the call. The contexts that interceptors, listeners and tools are given
     * begin such a call anyway. A context that belongs to no call is returned unchanged.
     */
    public CallContext child() {
        for (Attribute each = attributes; each != null; each = each.next) {
            if (each.value instanceof EnclosingCall call) {
                return childOf(call, each.key);
            }
        }
        return this;
    }

    private CallContext childOf(EnclosingCall call, Key<?> key) {
        EnclosingCall below = call.forChild();
        if (below == call) {
            return this;
        }
        Builder builder = toBuilder().parent(call.callId());
        builder.attributes = new Attribute(key, below, without(attributes, key));
        return builder.build();
    }

    /**
     * Shows the id, the user, the session, the tenant, and the names of the attributes. Values of attributes are left out, as they
     * may be secrets.
     */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("CallContext[");
        append(text, "id", id);
        append(text, "parent", parent);
        append(text, "user", user);
        append(text, "session", session);
        append(text, "tenant", tenant);
        remaining().ifPresent(left -> append(text, "remaining", left.toString()));
        for (Attribute each = attributes; each != null; each = each.next) {
            if (!each.key.name.isEmpty()) {
                append(text, "attribute", each.key.name);
            }
        }
        return text.append(']').toString();
    }

    private static void append(StringBuilder text, String name, String value) {
        if (!value.isEmpty()) {
            text.append(text.charAt(text.length() - 1) == '[' ? "" : ", ")
                    .append(name)
                    .append('=')
                    .append(value);
        }
    }

    /**
     * The name and type of an attribute. Two keys are different even if their names are equal, so two libraries cannot use the
     * same one by accident. Keep it in a constant.
     *
     * @param <T> the type of the value
     */
    public static final class Key<T> {
        private final String name;
        private final Class<T> type;

        private Key(String name, Class<T> type) {
            this.name = name;
            this.type = type;
        }

        /**
         * Creates a key.
         *
         * @param name the name in texts; an attribute whose key has an empty name is not shown
         */
        public static <T> Key<T> of(String name, Class<T> type) {
            return new Key<>(Objects.requireNonNull(name, "name"), Objects.requireNonNull(type, "type"));
        }

        /** Shows the name. */
        @Override
        public String toString() {
            return name;
        }
    }

    /** One attribute, and the ones before it. */
    private static final class Attribute {
        private final Key<?> key;
        private final Object value;
        private final @Nullable Attribute next;

        Attribute(Key<?> key, Object value, @Nullable Attribute next) {
            this.key = key;
            this.value = Objects.requireNonNull(value, "value");
            this.next = next;
        }
    }

    /** Builds a context. Not thread-safe. */
    public static final class Builder {
        private String id = "";
        private String parent = "";
        private String user = "";
        private String session = "";
        private String tenant = "";
        private @Nullable Long deadline;
        private @Nullable Attribute attributes;

        private Builder() {}

        /** See {@link CallContext#id()}. */
        public Builder id(String value) {
            id = Objects.requireNonNull(value, "id");
            return this;
        }

        /** A new id of 16 hexadecimal digits. */
        public Builder newId() {
            return id(randomId());
        }

        /** See {@link CallContext#parent()}. */
        public Builder parent(String value) {
            parent = Objects.requireNonNull(value, "parent");
            return this;
        }

        /** See {@link CallContext#user()}. */
        public Builder user(String value) {
            user = Objects.requireNonNull(value, "user");
            return this;
        }

        /** See {@link CallContext#session()}. */
        public Builder session(String value) {
            session = Objects.requireNonNull(value, "session");
            return this;
        }

        /** See {@link CallContext#tenant()}. */
        public Builder tenant(String value) {
            tenant = Objects.requireNonNull(value, "tenant");
            return this;
        }

        /** Sets a deadline this far from now, unless there is an earlier one: it can only become stricter. */
        public Builder within(Duration limit) {
            long now = System.nanoTime();
            long nanos = limit.toSeconds() > Integer.MAX_VALUE ? Long.MAX_VALUE / 2 : limit.toNanos();
            if (deadline == null || now + nanos - deadline < 0) {
                deadline = now + nanos;
            }
            return this;
        }

        /** See {@link CallContext#with}. */
        public <T> Builder with(Key<T> key, T value) {
            attributes = new Attribute(key, key.type.cast(value), without(attributes, key));
            return this;
        }

        /** The context. */
        public CallContext build() {
            return new CallContext(this);
        }
    }

    /** A random id: unique enough to tell the calls of a log apart, and no secret. */
    private static String randomId() {
        String digits = Long.toHexString(ThreadLocalRandom.current().nextLong());
        return "0".repeat(16 - digits.length()) + digits;
    }
}

package dev.postern;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The one way in which a call fails. Decide by {@link #kind()}, never by the message: the message is one sentence for a
 * person that names the cause and, where there is one, the remedy. It never holds a key.
 */
public final class LlmException extends RuntimeException {

    /** What went wrong, and whether the same request may succeed if it is sent again. */
    public enum Kind {
        /** The request is wrong: refused here before it was sent, or by the backend (status 400, 422). */
        INVALID_REQUEST(false),
        /** The key is missing or wrong (401). */
        AUTHENTICATION(false),
        /** The key is right but may not do this (403). */
        PERMISSION(false),
        /** There is no such model or path (404). */
        NOT_FOUND(false),
        /** The conversation is longer than the model can read. */
        CONTEXT_LENGTH(false),
        /** The backend's content filter refused the request. */
        CONTENT_FILTER(false),
        /** Too many requests or tokens per time (429); see {@link LlmException#retryAfter()}. */
        RATE_LIMITED(true),
        /**
         * The account has no budget left (402, or words that say so), or a limit per day or longer is reached and the backend
         * names no wait of at most an hour: trying again soon does not help.
         */
        QUOTA(false),
        /** The backend has more work than it can do (503, 529), or a queue of ours is full. */
        OVERLOADED(true),
        /** The backend failed (any other 5xx, or an error inside its answer). */
        SERVER(true),
        /** The backend did not answer, or fell silent, for longer than a timeout allows. */
        TIMEOUT(true),
        /** No connection: refused, reset, unknown host, bad certificate. */
        CONNECTION(true),
        /** The answer was cut off: what came is not all. */
        INCOMPLETE_STREAM(true),
        /** The answer is not what the protocol says, or larger than its bound. */
        PROTOCOL(false),
        /** The backend, or this library for that backend, cannot do what the request asks. */
        UNSUPPORTED(false),
        /** The provider is set up wrongly. */
        CONFIGURATION(false),
        /** The caller cancelled, or the thread was interrupted. */
        CANCELLED(false);

        private final boolean retryable;

        Kind(boolean retryable) {
            this.retryable = retryable;
        }

        /** Whether the same request may succeed later. */
        public boolean retryable() {
            return retryable;
        }
    }

    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final boolean retryable;
    private final int status;
    private final String backend;
    private final String model;
    private final String code;
    private final String serverMessage;
    private final String requestId;
    private final @Nullable Duration retryAfter;
    private final boolean refusedBeforeSending;
    // Not serialized: an exception that crosses a process keeps its kind and sentence, but no conversation.
    private final transient @Nullable CompletionResponse answer;
    private final transient @Nullable List<Message> transcript;
    private final transient @Nullable Usage usage;

    /** A failure of which nothing more is known than its kind and the sentence that explains it. */
    public LlmException(Kind kind, String message) {
        this(builder(kind, message));
    }

    /** The same with the exception that led to it. */
    public LlmException(Kind kind, String message, Throwable cause) {
        this(builder(kind, message).cause(cause));
    }

    private LlmException(Builder builder) {
        super(builder.message, builder.cause);
        kind = builder.kind;
        retryable = builder.retryable;
        status = builder.status;
        backend = builder.backend;
        model = builder.model;
        code = builder.code;
        serverMessage = builder.serverMessage;
        requestId = builder.requestId;
        retryAfter = builder.retryAfter;
        refusedBeforeSending = builder.refusedBeforeSending;
        answer = builder.answer;
        transcript = builder.transcript;
        usage = builder.usage;
    }

    /** Starts a failure. */
    public static Builder builder(Kind kind, String message) {
        return new Builder(kind, message);
    }

    /**
     * Any failure as the one that it is: unwraps what {@code CompletableFuture.join} and {@code get} put around it, and
     * makes one of a cancellation or of what a provider should not have thrown. Of an error of the virtual machine, such as
     * an {@link OutOfMemoryError}, it makes one that says so; the blocking methods of this library throw such an error as it
     * is, and futures and streams carry it as it is.
     */
    public static LlmException of(Throwable failure) {
        return Waiting.known(failure);
    }

    /** A request that must not be sent; {@code field} is the path of what is wrong in it. */
    static LlmException invalidRequest(String field, String message) {
        return builder(Kind.INVALID_REQUEST, field + ": " + message)
                .refusedBeforeSending(true)
                .build();
    }

    /** Starts a failure that is like this one. */
    public Builder toBuilder() {
        Builder builder = new Builder(kind, Objects.requireNonNullElse(getMessage(), ""));
        builder.retryable = retryable;
        builder.status = status;
        builder.backend = backend;
        builder.model = model;
        builder.code = code;
        builder.serverMessage = serverMessage;
        builder.requestId = requestId;
        builder.retryAfter = retryAfter;
        builder.refusedBeforeSending = refusedBeforeSending;
        builder.answer = answer;
        builder.transcript = transcript();
        builder.usage = usage;
        builder.cause = getCause();
        return builder;
    }

    /** What went wrong. */
    public Kind kind() {
        return kind;
    }

    /** Whether a retry may help: what the kind says, unless the server said otherwise. */
    public boolean retryable() {
        return retryable;
    }

    /** The HTTP status, if the server answered with one that is no success. */
    public OptionalInt status() {
        return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
    }

    /** The backend's name, or empty. */
    public String backend() {
        return backend;
    }

    /** The model that was asked, or empty. */
    public String model() {
        return model;
    }

    /** The server's own error code, or empty. */
    public String code() {
        return code;
    }

    /** The server's own message, shortened, or empty. */
    public String serverMessage() {
        return serverMessage;
    }

    /** The id under which the server's operators find the request, or empty. */
    public String requestId() {
        return requestId;
    }

    /** How long the server asks to wait before the next try. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /**
     * Whether this library refused the request before anything was sent. Such a failure says nothing about the backend,
     * and another backend of the same kind would refuse the request too.
     */
    public boolean refusedBeforeSending() {
        return refusedBeforeSending;
    }

    /**
     * What the backend had generated, and charged, before it reported this failure: text, reasoning, usage and
     * server info. Empty when nothing was generated or when it is unknown. In a stream, the text was delivered as events and
     * is not repeated here; usage, server info and text that was not delivered yet are. The failure of a whole answer has all
     * its text, even if the backend sent it as a stream. A failure that carries an answer is never retried by this library,
     * because the answer was paid for; {@link #retryable()} tells the caller whether a new request may succeed.
     */
    public Optional<CompletionResponse> answer() {
        return Optional.ofNullable(answer);
    }

    /**
     * What an agent's run had said and done before it failed: the user's message, the model's messages, and the results of
     * all calls; without the earlier turns of its session. A call that had not ended has an error as its result that says
     * so. Begin a new run with it, and no tool runs twice. Empty if no run of an agent failed.
     */
    public List<Message> transcript() {
        return transcript == null ? List.of() : transcript;
    }

    /**
     * What was paid for although it failed, as far as the backends said: the usage of {@link #answer()}, or of all requests
     * of a structured answer, or of a whole run of an agent with the agents that it asked.
     */
    public Optional<Usage> usage() {
        return usage == null ? answer().flatMap(CompletionResponse::usage) : Optional.of(usage);
    }

    /** The kind and the message. */
    @Override
    @SuppressWarnings(
            "OverrideThrowableToString") // the message stays one plain sentence; logs and stack traces need the kind
    public String toString() {
        return "LlmException[" + kind + "]: " + getMessage();
    }

    /** Collects a failure. Not thread-safe. */
    public static final class Builder {
        private final Kind kind;
        private String message;
        private boolean retryable;
        private int status;
        private String backend = "";
        private String model = "";
        private String code = "";
        private String serverMessage = "";
        private String requestId = "";
        private @Nullable Duration retryAfter;
        private @Nullable Throwable cause;
        private boolean refusedBeforeSending;
        private @Nullable CompletionResponse answer;
        private List<Message> transcript = List.of();
        private @Nullable Usage usage;

        private Builder(Kind kind, String message) {
            this.kind = kind;
            this.message = message;
            this.retryable = kind.retryable();
        }

        /** One sentence that names cause and remedy. */
        public Builder message(String sentence) {
            message = sentence;
            return this;
        }

        /** Overrides what the kind says about retries. */
        public Builder retryable(boolean mayHelp) {
            retryable = mayHelp;
            return this;
        }

        /** The HTTP status; 0 for none. */
        public Builder status(int httpStatus) {
            status = httpStatus;
            return this;
        }

        /** The backend's name. */
        public Builder backend(String name) {
            backend = name;
            return this;
        }

        /** The model that was asked. */
        public Builder model(String name) {
            model = name;
            return this;
        }

        /** The server's own error code. */
        public Builder code(String serverCode) {
            code = serverCode;
            return this;
        }

        /** The server's own message. */
        public Builder serverMessage(String text) {
            serverMessage = text;
            return this;
        }

        /** The server's id of the request. */
        public Builder requestId(String id) {
            requestId = id;
            return this;
        }

        /** How long the server asks to wait; null for: it does not say. */
        public Builder retryAfter(@Nullable Duration wait) {
            retryAfter = wait;
            return this;
        }

        /** Whether this library refused the request before anything was sent; default false. */
        public Builder refusedBeforeSending(boolean refused) {
            refusedBeforeSending = refused;
            return this;
        }

        /** What the backend had generated before it failed; null if nothing is known. */
        public Builder answer(@Nullable CompletionResponse generated) {
            answer = generated;
            return this;
        }

        /** What a run of an agent had said and done; default nothing. */
        public Builder transcript(List<Message> messages) {
            transcript = List.copyOf(messages);
            return this;
        }

        /** What several requests had cost together; null for the usage of the answer, if there is one. */
        public Builder usage(@Nullable Usage cost) {
            usage = cost;
            return this;
        }

        /** The exception that led to this one. */
        public Builder cause(@Nullable Throwable exception) {
            cause = exception;
            return this;
        }

        /** The failure. */
        public LlmException build() {
            return new LlmException(this);
        }
    }
}

package dev.postern;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The failure of a call. Programs decide by {@link #kind()}, not by the message: the message is one sentence for a
 * person that names the cause and, if there is one, the remedy. It never contains a key.
 */
public final class LlmException extends RuntimeException {

    /** What went wrong, and whether the same request may succeed if it is sent again. */
    public enum Kind {
        /** The request is wrong: refused here before it was sent, or by the backend (status 400, 422). */
        INVALID_REQUEST(false),
        /** The key is missing or wrong (401). */
        AUTHENTICATION(false),
        /** The key lacks the permission (403). */
        PERMISSION(false),
        /** There is no such model or path (404). */
        NOT_FOUND(false),
        /** The conversation is longer than the context of the model. */
        CONTEXT_LENGTH(false),
        /** The backend's content filter refused the request. */
        CONTENT_FILTER(false),
        /** Too many requests or tokens per time (429); see {@link LlmException#retryAfter()}. */
        RATE_LIMITED(true),
        /**
         * The account has no budget left (402, or a message that says so), or a limit per day or longer is reached and
         * the backend names no delay of at most an hour. A retry soon after does not help.
         */
        QUOTA(false),
        /** The backend is overloaded (503, 529), or a queue of this library is full. */
        OVERLOADED(true),
        /** The backend failed (any other 5xx, or an error inside its answer). */
        SERVER(true),
        /** The backend did not answer, or stopped sending, for longer than a timeout. */
        TIMEOUT(true),
        /** No connection: refused, reset, unknown host, bad certificate. */
        CONNECTION(true),
        /** The answer was cut off and is incomplete. */
        INCOMPLETE_STREAM(true),
        /** The answer violates the protocol, or exceeds its size limit. */
        PROTOCOL(false),
        /** The backend, or this library for that backend, cannot do what the request asks. */
        UNSUPPORTED(false),
        /** The configuration of the provider is wrong. */
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
    private final boolean fallbackAllowed;
    // Not serialized: an exception that crosses a process keeps its kind and sentence, but no conversation.
    private final transient @Nullable CompletionResponse answer;
    private final transient @Nullable List<Message> transcript;
    private final transient @Nullable Usage usage;

    /** A failure with a kind and a sentence that explains it. */
    public LlmException(Kind kind, String message) {
        this(builder(kind, message));
    }

    /** A failure with its cause. */
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
        fallbackAllowed = builder.fallbackAllowed;
        answer = builder.answer;
        transcript = builder.transcript;
        usage = builder.usage;
    }

    /** A builder of a failure. */
    public static Builder builder(Kind kind, String message) {
        return new Builder(kind, message);
    }

    /**
     * Any failure as an exception of this class: removes the wrappers of {@code CompletableFuture.join} and {@code
     * get}, and converts a cancellation, any other exception, and an error of the virtual machine, such as an {@link
     * OutOfMemoryError}. The blocking methods of this library throw such an error unchanged, and futures and streams
     * carry it unchanged.
     */
    public static LlmException of(Throwable failure) {
        return Waiting.known(failure);
    }

    /** A request that must not be sent; {@code field} is the path of the invalid field. */
    static LlmException invalidRequest(String field, String message) {
        return builder(Kind.INVALID_REQUEST, field + ": " + message)
                .refusedBeforeSending(true)
                .build();
    }

    /** A builder with the fields of this failure. */
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
        builder.fallbackAllowed = fallbackAllowed;
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

    /** Whether a retry may help: as the kind says, unless the server says otherwise. */
    public boolean retryable() {
        return retryable;
    }

    /** The HTTP status, if the server answered with an error. */
    public OptionalInt status() {
        return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
    }

    /** The backend's name, or empty. */
    public String backend() {
        return backend;
    }

    /** The model of the request, or empty. */
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

    /** The delay that the server asks for before the next attempt. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /**
     * Whether this library refused the request before anything was sent, or an interceptor of the application refused the
     * request or its answer. Such a failure says nothing about the backend, and another backend of the same kind would
     * refuse the request too; unless {@link #fallbackAllowed} says that only this backend is refused.
     */
    public boolean refusedBeforeSending() {
        return refusedBeforeSending;
    }

    /**
     * Whether a gateway may ask another backend although the request was {@linkplain #refusedBeforeSending refused}: an
     * interceptor refused this backend only, for example because it is too expensive or must not get these data. Which
     * backend follows is decided by the {@link #kind} of the refusal, as after other failures. Without meaning if
     * nothing was refused.
     */
    public boolean fallbackAllowed() {
        return fallbackAllowed;
    }

    /**
     * The part of the answer that the backend had generated, and charged, before this failure: text, reasoning, usage
     * and server info. Empty if nothing was generated or if it is unknown. In a stream, the text was delivered as
     * events and is not repeated here; usage, server info and text that was not delivered yet are. The failure of a
     * whole answer has all its text, even if the backend sent it as a stream. A failure that carries an answer is never
     * retried by this library, because the answer was paid for; {@link #retryable()} tells the caller whether a new
     * request may succeed.
     */
    public Optional<CompletionResponse> answer() {
        return Optional.ofNullable(answer);
    }

    /**
     * The messages of an agent's run before it failed: the user's message, the model's messages, and the results of all
     * calls; without the earlier turns of its session. The result of a call that had not ended is an error that says
     * so. A new run that starts with this transcript runs no tool twice. Empty if this is not a failure of a run.
     */
    public List<Message> transcript() {
        return transcript == null ? List.of() : transcript;
    }

    /**
     * The usage that was charged although the call failed, as far as the backends reported it: the usage of {@link
     * #answer()}, or of all requests of a structured answer, or of a whole run of an agent with its sub-agents.
     */
    public Optional<Usage> usage() {
        return usage == null && answer != null ? answer.usage() : Optional.ofNullable(usage);
    }

    /** The kind and the message. */
    @Override
    @SuppressWarnings(
            "OverrideThrowableToString") // the message stays one plain sentence; logs and stack traces need the kind
    public String toString() {
        return "LlmException[" + kind + "]: " + getMessage();
    }

    /** Builds a failure. Not thread-safe. */
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
        private boolean fallbackAllowed;
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

        /** Overrides the default of the kind. */
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

        /** The delay that the server asks for; null if it names none. */
        public Builder retryAfter(@Nullable Duration wait) {
            retryAfter = wait;
            return this;
        }

        /** Whether this library refused the request before anything was sent; default false. */
        public Builder refusedBeforeSending(boolean refused) {
            refusedBeforeSending = refused;
            return this;
        }

        /** Whether a gateway may ask another backend after this refusal; default false. */
        public Builder fallbackAllowed(boolean allowed) {
            fallbackAllowed = allowed;
            return this;
        }

        /** The answer before the failure; null if unknown. */
        public Builder answer(@Nullable CompletionResponse generated) {
            answer = generated;
            return this;
        }

        /** The messages of a run of an agent; default none. */
        public Builder transcript(List<Message> messages) {
            transcript = List.copyOf(messages);
            return this;
        }

        /** The usage of several requests together; null for the usage of the answer, if there is one. */
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

package dev.postern.openai;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.StreamEvent;
import dev.postern.Timeouts;
import dev.postern.http.Decoder;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import dev.postern.http.ModelOperation;
import dev.postern.http.RequestSecrets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One completion request to one server, with all its attempts. It writes the request, chooses the reader of the answer,
 * and changes the form of a request that the server refuses.
 */
final class ChatCall implements ModelOperation<StreamEvent> {
    private final OpenAiBackend server;
    private CompletionRequest request;
    private String model;
    private final boolean stream;
    private ServerProfile profile;
    private final List<ServerProfile> tried = new ArrayList<>(0);
    private boolean amended;
    private ToolIds toolIds;
    /** The error reader of the latest attempt, which removes the key of this attempt from errors. */
    private @Nullable ChatErrorReader errors;

    ChatCall(OpenAiBackend server, CompletionRequest request, boolean stream) {
        this.server = server;
        this.request = request;
        this.stream = stream;
        this.model = modelOf(request);
        this.profile = server.learnedProfiles().profileFor(server.endpoint().shown(), model, server.profile());
        this.toolIds = new ToolIds(profile.toolIds());
    }

    private String modelOf(CompletionRequest asked) {
        return asked.model().isEmpty() ? server.defaultModel() : asked.model();
    }

    @Override
    public CompletionRequest request() {
        return request;
    }

    @Override
    public void use(CompletionRequest changed) {
        request = changed;
        String other = modelOf(changed);
        if (!other.equals(model)) { // its server may accept another form
            model = other;
            profile = server.learnedProfiles().profileFor(server.endpoint().shown(), model, server.profile());
        }
    }

    @Override
    public String backend() {
        return server.name();
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public String address() {
        return server.endpoint().origin();
    }

    @Override
    public boolean mayBlock() {
        return server.requestHeaders().mayBlock(request.options());
    }

    @Override
    public HttpCall call() {
        RequestHeaders.Headers headers = server.requestHeaders().headers(request.options(), stream);
        errors = new ChatErrorReader(server.name(), model, headers.secrets(), server.clock());
        toolIds = new ToolIds(profile.toolIds());
        byte[] body = new ChatRequestWriter(request, model, stream, profile, toolIds).write();
        return HttpCall.post(server.endpoint().chat(model, request.options().query()), headers.values(), body);
    }

    @Override
    public Decoder<StreamEvent> decoder(HttpReply head) {
        ToolCallAssembler tools = new ToolCallAssembler(
                toolIds,
                server.newIds(),
                ChatMessageWriter.origin(profile),
                server.bounds().event());
        ServerFields fields = request.options().serverFields()
                ? new ServerFields(true, server.bounds().body())
                : ServerFields.UNWANTED;
        AnswerReader answer = new AnswerReader(errors(), tools, profile, fields, model, serverInfo(head));
        Decoder<StreamEvent> decoder = new ReplyDecoder(head, new ChatReader(errors(), answer), server.bounds());
        return amended ? new FirstItemDecoder<>(decoder, this::learn) : decoder;
    }

    /** Remembers the changed form: the server has begun to answer, so it accepts this form. */
    private void learn() {
        server.learnedProfiles().learn(server.endpoint().shown(), model, profile);
    }

    private static Map<String, @Nullable Object> serverInfo(HttpReply head) {
        Map<String, @Nullable Object> info = new LinkedHashMap<>(5); // as many as most servers send
        String id = ChatErrorReader.requestId(head);
        if (!id.isEmpty()) {
            info.put(CompletionResponse.REQUEST_ID, id);
        }
        Map<String, String> limits = null;
        for (String name : head.headerMap().keySet()) {
            if (name.regionMatches(true, 0, "x-ratelimit-", 0, "x-ratelimit-".length())) {
                limits = limits == null ? new LinkedHashMap<>() : limits;
                limits.put(name.toLowerCase(Locale.ROOT), head.header(name));
            }
        }
        if (limits != null) {
            info.put(CompletionResponse.RATE_LIMITS, limits);
        }
        return info;
    }

    @Override
    public LlmException error(HttpReply reply) {
        return errors().ofStatus(reply);
    }

    @Override
    public LlmException describe(LlmException failure) {
        return failure.backend().isEmpty() ? errors().described(failure.toBuilder()) : failure;
    }

    @Override
    public boolean amend(LlmException failure) {
        tried.add(profile);
        for (ServerProfile alternative : AlternativeProfiles.of(profile, request, failure)) {
            if (tried.contains(alternative)) {
                continue;
            }
            tried.add(alternative);
            if (!Arrays.equals(body(alternative), body(profile))) { // a server may refuse both forms
                profile = alternative;
                amended = true;
                return true;
            }
        }
        return false;
    }

    private byte[] body(ServerProfile with) {
        return new ChatRequestWriter(request, model, stream, with, new ToolIds(with.toolIds())).write();
    }

    @Override
    public boolean isStream() {
        return stream;
    }

    @Override
    public Timeouts timeouts() {
        return request.options().timeouts().orElse(server.timeouts());
    }

    private ChatErrorReader errors() {
        ChatErrorReader reader = errors;
        return reader == null ? new ChatErrorReader(server.name(), model, RequestSecrets.NONE, server.clock()) : reader;
    }
}

package dev.postern.bedrock;

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
import dev.postern.http.WholeBody;
import java.util.LinkedHashMap;
import java.util.Map;

/** One request to Converse or ConverseStream with all its attempts. Each attempt is signed again. */
final class ConverseCall implements ModelOperation<StreamEvent> {
    private final BedrockBackend backend;
    private CompletionRequest request;
    private String model;
    private final boolean stream;
    private final ToolIdentifiers ids = new ToolIdentifiers();
    private ConverseErrorReader errors;

    ConverseCall(BedrockBackend backend, CompletionRequest request, boolean stream) {
        this.backend = backend;
        this.request = request;
        this.stream = stream;
        this.model = modelOf(request);
        this.errors = backend.errors(model, RequestSecrets.NONE);
    }

    private String modelOf(CompletionRequest asked) {
        return asked.model().isEmpty() ? backend.defaultModel() : asked.model();
    }

    @Override
    public CompletionRequest request() {
        return request;
    }

    @Override
    public void use(CompletionRequest changed) {
        request = changed;
        model = modelOf(changed);
    }

    @Override
    public String backend() {
        return backend.name();
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public String address() {
        return backend.addresses().origin(request.options());
    }

    @Override
    public boolean signsHeaders() {
        return true;
    }

    @Override
    public HttpCall call() {
        ModelFamily family = backend.familyOf(model);
        CacheSupport caching = CacheSupport.of(family, model);
        byte[] body = new ConverseRequestWriter(request, family, backend.settings(), stream, ids, caching).write();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("Accept", stream ? "application/vnd.amazon.eventstream" : "application/json");
        headers.put("User-Agent", "postern");
        for (Map.Entry<String, String> header : request.options().headers().entrySet()) {
            String name = header.getKey();
            backend.settings().checkHeader(name);
            headers.keySet().removeIf(name::equalsIgnoreCase);
            headers.put(name, header.getValue());
        }
        HttpCall plain = HttpCall.post(backend.addresses().converse(model, stream, request.options()), headers, body);
        BedrockAuthorizer.Authorized authorized = backend.authorizer().authorize(plain, request.options());
        errors = backend.errors(model, authorized.secrets());
        return authorized.call();
    }

    @Override
    public Decoder<StreamEvent> decoder(HttpReply head) {
        String id = head.header("x-amzn-requestid");
        Map<String, String> serverInfo = id.isEmpty() ? Map.of() : Map.of(CompletionResponse.REQUEST_ID, id);
        boolean serverFields = request.options().serverFields();
        errors = errors.withHead(head); // failures from here on have the request id
        ContentBlocks blocks = new ContentBlocks(ids, backend.maxResponseBytes(), serverFields);
        ConverseReader reader = new ConverseReader(errors, blocks, model, new AnswerFields(serverInfo, serverFields));
        return head.mediaType().equals("application/vnd.amazon.eventstream")
                ? new EventStreamDecoder(reader, backend.maxFrameBytes())
                : new WholeBody<>(head, backend.maxResponseBytes(), (reply, out) -> reader.whole(reply, out));
    }

    @Override
    public LlmException error(HttpReply reply) {
        return errors.ofStatus(reply);
    }

    @Override
    public LlmException describe(LlmException failure) {
        return failure.backend().isEmpty() ? errors.described(failure.toBuilder()) : failure;
    }

    @Override
    public boolean isStream() {
        return stream;
    }

    @Override
    public Timeouts timeouts() {
        return request.options().timeouts().orElse(backend.timeouts());
    }
}

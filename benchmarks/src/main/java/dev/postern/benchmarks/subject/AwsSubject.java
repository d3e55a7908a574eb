package dev.postern.benchmarks.subject;

import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockDelta;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.Message;

/** The AWS SDK. */
final class AwsSubject implements Subject {
    private final BedrockRuntimeAsyncClient client;

    AwsSubject(BedrockRuntimeAsyncClient client) {
        this.client = client;
    }

    private static Message prompt() {
        return Message.builder()
                .role(ConversationRole.USER)
                .content(ContentBlock.fromText(FloorSubject.PROMPT))
                .build();
    }

    @Override
    public void stream(String model, Ear ear) {
        ConverseStreamResponseHandler handler = ConverseStreamResponseHandler.builder()
                .subscriber(ConverseStreamResponseHandler.Visitor.builder()
                        .onContentBlockDelta(event -> tell(event.delta(), ear))
                        .build())
                .build();
        var unused = client.converseStream(request -> request.modelId(model).messages(prompt()), handler)
                .whenComplete((done, failure) -> ear.end(failure));
    }

    private static void tell(ContentBlockDelta delta, Ear ear) {
        if (delta.text() != null) {
            ear.text(delta.text());
        } else if (delta.toolUse() != null) {
            ear.text(delta.toolUse().input());
        }
    }

    @Override
    public String ask(String model) {
        return client.converse(request -> request.modelId(model).messages(prompt()))
                .join()
                .output()
                .message()
                .content()
                .get(0)
                .text();
    }

    @Override
    public void close() {
        client.close();
    }
}

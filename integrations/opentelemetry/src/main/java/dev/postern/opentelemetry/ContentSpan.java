package dev.postern.opentelemetry;

import dev.postern.StreamEvent;
import dev.postern.call.CallListener.CallEnd;
import dev.postern.call.CallListener.CallStart;
import dev.postern.call.CallListener.EventWatch;
import io.opentelemetry.context.Context;

/** The span of a call whose content is recorded: what the caller sent, and what it received. */
final class ContentSpan extends CallSpan implements EventWatch {
    private final AnswerText answer;
    private final int characters;

    ContentSpan(
            OpenTelemetryListener listener,
            CallStart call,
            Context context,
            CallTime time,
            String provider,
            int characters) {
        super(listener, call, context, time, provider);
        this.characters = characters;
        answer = new AnswerText(characters);
        SpanSink sink = new SpanSink(span);
        if (!call.request().system().isEmpty()) {
            sink.put(
                    "gen_ai.system_instructions",
                    new ContentJson(characters).instructions(call.request().system()));
        }
        sink.put(
                "gen_ai.input.messages",
                new ContentJson(characters).messages(call.request().messages()));
        if (!call.request().tools().isEmpty()) {
            sink.put(
                    "gen_ai.tool.definitions",
                    new ContentJson(characters).tools(call.request().tools()));
        }
    }

    @Override
    public void onEvent(StreamEvent event, long nanos) {
        answer.add(event);
    }

    @Override
    public void end(CallEnd end) {
        if (!answer.isEmpty()) {
            new SpanSink(span)
                    .put(
                            "gen_ai.output.messages",
                            new ContentJson(characters).answer(answer.parts(), end.stopReason()));
        }
        super.end(end);
    }
}

package dev.postern;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Attaches to a stream's failure the part of the answer that came before it. */
final class PartialAnswer {
    private PartialAnswer() {}

    /**
     * The failure with this part of an answer. Content that the failure already has was not sent as events, so it is
     * appended.
     *
     * @param content the content of the events
     * @param usage of the events; null if none came
     * @param stop the end of the answer; null if none came
     */
    static LlmException attach(
            LlmException failure,
            List<Content> content,
            @Nullable Usage usage,
            StreamEvent.@Nullable MessageStop stop) {
        CompletionResponse known = failure.answer().orElse(null);
        List<Content> all = new ArrayList<>(content);
        if (known != null) {
            all.addAll(known.message().parts());
        }
        String model = known != null ? known.model() : stop != null ? stop.model() : failure.model();
        Map<String, @Nullable Object> serverInfo =
                known != null ? known.serverInfo() : stop != null ? stop.serverInfo() : Map.of();
        CompletionResponse part = CompletionResponse.builder()
                .model(model)
                .content(all)
                .stopReason(StopReason.OTHER)
                .usage(known == null ? usage : known.usage().orElse(usage))
                .serverInfo(serverInfo)
                .build();
        LlmException told = failure.toBuilder().answer(part).build();
        told.setStackTrace(failure.getStackTrace());
        for (Throwable earlier : failure.getSuppressed()) { // the failures of earlier attempts
            told.addSuppressed(earlier);
        }
        return told;
    }
}

package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.json.RepetitionFilter;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Deltas with the same form as the delta before are compared and not parsed; see {@link RepetitionFilter}.
 * The events must be the same if added white space gives each delta another form, so that all deltas are parsed.
 */
class RepeatedDeltaTest {
    private static final List<String> EVENTS = List.of(
            "contentBlockDelta {'contentBlockIndex':0,'delta':{'text':'%s'},'p':'%p'}",
            "contentBlockDelta {'contentBlockIndex':1,'delta':{'text':'%s'},'p':'%p'}",
            "contentBlockDelta {'delta':{'text':'%s'},'p':'%p','contentBlockIndex':0}",
            "contentBlockDelta {'contentBlockIndex':2,'delta':{'reasoningContent':{'text':'%s'}},'p':'%p'}",
            "contentBlockDelta {'contentBlockIndex':2,'delta':{'reasoningContent':{'signature':'%s'}},'p':'%p'}",
            "contentBlockDelta {'contentBlockIndex':2,'delta':{'reasoningContent':{'text':'%s','signature':'s'}}}",
            "contentBlockStart {'contentBlockIndex':3,'start':{'toolUse':{'toolUseId':'t3','name':'f'}},'p':'%p'}",
            "contentBlockDelta {'contentBlockIndex':3,'delta':{'toolUse':{'input':'%s'}},'p':'%p'}",
            "contentBlockStop {'contentBlockIndex':3,'p':'%p'}",
            "contentBlockStart {'contentBlockIndex':4,'start':{'toolUse':{'toolUseId':'t4','name':'g'}},'p':'%p'}",
            "contentBlockDelta {'contentBlockIndex':4,'delta':{'toolUse':{'input':'%s'}},'p':'%p'}",
            "contentBlockDelta {'contentBlockIndex':4,'delta':{'toolUse':{'input':'%s','type':'server_tool_use'}}}",
            "contentBlockDelta {'contentBlockIndex':0,'delta':{'text':'%s','toolUse':{'input':'%s'}},'p':'%p'}",
            "contentBlockDelta {'contentBlockIndex':0,'delta':{'citationsContent':{'content':[{'text':'%s'}]}}}",
            "contentBlockDelta {'delta':{'toolUse':{'input':'%s'}},'p':'%p'}",
            "contentBlockDelta {'contentBlockIndex':3,'delta':{'toolUse':{'input':'%s','input':null}}}",
            "contentBlockDelta {'contentBlockIndex':3,'delta':{'toolUse':{'input':'%s','input':{}}}}",
            "contentBlockDelta {'contentBlockIndex':3,'delta':{'text':'%s','citationsContent':null}}",
            "contentBlockDelta {'contentBlockIndex':4,'delta':{'reasoningContent':{'text':'%s','reasoningText':{'text':''}}}}",
            "contentBlockDelta {'contentBlockIndex':0,'delta':{'citation':{'title':'%s'}},'p':'%p'}",
            "contentBlockDelta {'contentBlockIndex':0,'delta':{'text':'%s','citation':{'title':'%s'}},'p':'%p'}",
            "contentBlockDelta {'contentBlockIndex':5,'delta':{'toolUse':{'input':{'a':'%s'}}},'p':'%p'}",
            "contentBlockDelta {'contentBlockIndex':6,'delta':{'image':{'source':{'bytes':'%s'}}},'p':'%p'}");
    private static final List<String> WORDS = List.of("", "a", "\\\"x\\\"", "ü", "\\u00fc\\n", "{\\\"k\\\":", "1}");

    @Test
    @ResourceLock(RepetitionFilter.PROPERTY)
    void comparedAndParsedDeltasGiveTheSameEvents() {
        Random random = new Random(7);
        for (int stream = 0; stream < 400; stream++) {
            byte[] alike = Frames.start();
            byte[] unlike = Frames.start();
            String event = "";
            for (int i = 0; i < 30; i++) {
                if (i == 0 || random.nextInt(4) == 0) {
                    event = EVENTS.get(random.nextInt(EVENTS.size()));
                }
                String type = event.substring(0, event.indexOf(' '));
                String json = event.substring(event.indexOf(' ') + 1)
                        .replace('\'', '"')
                        .replace("%s", WORDS.get(random.nextInt(WORDS.size())))
                        .replace("%p", "abcdef".substring(random.nextInt(6)));
                alike = Frames.join(alike, Frames.event(type, json));
                unlike = Frames.join(unlike, Frames.event(type, " ".repeat(i % 2) + json));
            }
            byte[] end = Frames.join(Frames.stop("end_turn"), Frames.usage(1, 2));

            List<String> filtered = ConverseReplay.at(Frames.join(alike, end));
            assertThat(filtered).isEqualTo(ConverseReplay.at(Frames.join(unlike, end)));
            System.setProperty(RepetitionFilter.PROPERTY, "false");
            try {
                assertThat(ConverseReplay.at(Frames.join(alike, end))).isEqualTo(filtered);
            } finally {
                System.clearProperty(RepetitionFilter.PROPERTY);
            }
            assertThat(ConverseReplay.atWithServerFields(Frames.join(alike, end)))
                    .isEqualTo(ConverseReplay.atWithServerFields(Frames.join(unlike, end)));
        }
    }

    @Test
    void aFrameWithOtherHeadersIsNotARepeatedDelta() {
        byte[] stream = Frames.join(
                Frames.text(0, "a"), Frames.exception("throttlingException", "{\"message\":\"slow down\"}"));

        assertThat(ConverseReplay.at(stream)).hasSize(2).last().asString().contains("RATE_LIMITED");
    }
}

package dev.postern.openai;

import dev.postern.openai.ServerProfile.EmptyContent;
import dev.postern.openai.ServerProfile.Formats;
import dev.postern.openai.ServerProfile.KeyHeader;
import dev.postern.openai.ServerProfile.MaxTokens;
import dev.postern.openai.ServerProfile.Reasoning;
import dev.postern.openai.ServerProfile.ToolChoices;
import dev.postern.openai.ServerProfile.ToolIdRule;

/** The settings of a profile while one of them is changed, so that each change names one setting and not all of them. */
final class ProfileDraft {
    String name;
    MaxTokens maxTokens;
    boolean streamUsage;
    EmptyContent emptyContent;
    ToolChoices toolChoice;
    ToolIdRule toolIds;
    Formats formats;
    Reasoning reasoning;
    KeyHeader keyHeader;
    RequestRules rules;
    boolean thinkTags;

    ProfileDraft(ServerProfile from) {
        name = from.name();
        maxTokens = from.maxTokens();
        streamUsage = from.streamUsage();
        emptyContent = from.emptyContent();
        toolChoice = from.toolChoice();
        toolIds = from.toolIds();
        formats = from.formats();
        reasoning = from.reasoning();
        keyHeader = from.keyHeader();
        rules = from.rules();
        thinkTags = from.thinkTags();
    }

    ServerProfile profile() {
        return new ServerProfile(
                name,
                maxTokens,
                streamUsage,
                emptyContent,
                toolChoice,
                toolIds,
                formats,
                reasoning,
                keyHeader,
                rules,
                thinkTags);
    }
}

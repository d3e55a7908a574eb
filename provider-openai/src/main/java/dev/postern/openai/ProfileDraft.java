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
    private String name;
    private MaxTokens maxTokens;
    private boolean streamUsage;
    private EmptyContent emptyContent;
    private ToolChoices toolChoice;
    private ToolIdRule toolIds;
    private Formats formats;
    private Reasoning reasoning;
    private KeyHeader keyHeader;
    private RequestRules rules;
    private boolean thinkTags;

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

    ProfileDraft name(String value) {
        name = value;
        return this;
    }

    ProfileDraft maxTokens(MaxTokens value) {
        maxTokens = value;
        return this;
    }

    ProfileDraft streamUsage(boolean value) {
        streamUsage = value;
        return this;
    }

    ProfileDraft emptyContent(EmptyContent value) {
        emptyContent = value;
        return this;
    }

    ProfileDraft toolChoice(ToolChoices value) {
        toolChoice = value;
        return this;
    }

    ProfileDraft toolIds(ToolIdRule value) {
        toolIds = value;
        return this;
    }

    ProfileDraft formats(Formats value) {
        formats = value;
        return this;
    }

    ProfileDraft reasoning(Reasoning value) {
        reasoning = value;
        return this;
    }

    ProfileDraft keyHeader(KeyHeader value) {
        keyHeader = value;
        return this;
    }

    ProfileDraft rules(RequestRules value) {
        rules = value;
        return this;
    }

    ProfileDraft thinkTags(boolean value) {
        thinkTags = value;
        return this;
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

package dev.postern.openai;

import dev.postern.openai.ServerProfile.EmptyContent;
import dev.postern.openai.ServerProfile.Formats;
import dev.postern.openai.ServerProfile.KeyHeader;
import dev.postern.openai.ServerProfile.MaxTokens;
import dev.postern.openai.ServerProfile.Reasoning;
import dev.postern.openai.ServerProfile.ToolChoices;
import dev.postern.openai.ServerProfile.ToolIdRule;

/**
 * Builds a copy of a profile with one setting changed, so that {@link ServerProfile}'s methods name only that setting.
 */
final class ProfileBuilder {
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

    ProfileBuilder(ServerProfile from) {
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

    ProfileBuilder name(String value) {
        name = value;
        return this;
    }

    ProfileBuilder maxTokens(MaxTokens value) {
        maxTokens = value;
        return this;
    }

    ProfileBuilder streamUsage(boolean value) {
        streamUsage = value;
        return this;
    }

    ProfileBuilder emptyContent(EmptyContent value) {
        emptyContent = value;
        return this;
    }

    ProfileBuilder toolChoice(ToolChoices value) {
        toolChoice = value;
        return this;
    }

    ProfileBuilder toolIds(ToolIdRule value) {
        toolIds = value;
        return this;
    }

    ProfileBuilder formats(Formats value) {
        formats = value;
        return this;
    }

    ProfileBuilder reasoning(Reasoning value) {
        reasoning = value;
        return this;
    }

    ProfileBuilder keyHeader(KeyHeader value) {
        keyHeader = value;
        return this;
    }

    ProfileBuilder rules(RequestRules value) {
        rules = value;
        return this;
    }

    ProfileBuilder thinkTags(boolean value) {
        thinkTags = value;
        return this;
    }

    ServerProfile build() {
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

package dev.postern.openai;

import dev.postern.openai.ServerProfile.EmptyContent;
import dev.postern.openai.ServerProfile.Formats;
import dev.postern.openai.ServerProfile.KeyHeader;
import dev.postern.openai.ServerProfile.MaxTokens;
import dev.postern.openai.ServerProfile.Reasoning;
import dev.postern.openai.ServerProfile.ToolChoices;
import dev.postern.openai.ServerProfile.ToolIdRule;

/**
 * Builds a profile from the generic one or from another one, so that {@link ServerProfile}'s methods name only the
 * setting that they change.
 */
final class ProfileBuilder {
    private String name = "generic";
    private MaxTokens maxTokens = MaxTokens.MAX_TOKENS;
    private boolean streamUsage = true;
    private EmptyContent emptyContent = EmptyContent.NULL;
    private ToolChoices toolChoice = ToolChoices.NAMED;
    private ToolIdRule toolIds = ToolIdRule.ANY;
    private Formats formats = Formats.ALL;
    private Reasoning reasoning = Reasoning.NONE;
    private KeyHeader keyHeader = KeyHeader.BEARER;
    private RequestRules rules = RequestRules.GENERIC;
    private boolean thinkTags;

    /** Starts with the profile of an unknown server. */
    ProfileBuilder() {}

    /** Starts with a copy. */
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

package dev.postern.bedrock;

import dev.postern.Content;
import java.util.List;

/**
 * One message of a request to Converse: consecutive messages of the same role, joined.
 *
 * @param assistant whether this is a turn of the assistant
 * @param content the parts; never empty
 */
record ConverseTurn(boolean assistant, List<Content> content) {}

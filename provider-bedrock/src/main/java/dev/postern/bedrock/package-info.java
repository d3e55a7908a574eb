/**
 * The provider for Amazon Bedrock's Converse API. It needs no AWS library. It uses the AWS SDK for Java, if the
 * application has it, only for profiles with single sign-on or an assumed role, and after all other sources of
 * credentials.
 *
 * <p>An application uses {@link dev.postern.bedrock.BedrockProvider} and, for its own source of credentials, {@link
 * dev.postern.bedrock.AwsCredentialsSource}. The classes behind them form three groups:
 *
 * <pre>
 * CompletionRequest -&gt; ConverseRequestWriter -&gt; HttpTransport -&gt; EventStreamDecoder -&gt; ConverseReader -&gt; StreamEvent
 *                      ConverseTurns,                            (or a whole body)     ContentBlocks,
 *                      BlockWriter                                                     ConverseErrorReader
 *
 * BedrockAddresses:   URLs (AwsRegion, BedrockHosts)
 * BedrockAuthorizer:  credentials (AwsCredentialsChain), signatures (SigV4Signer)
 * </pre>
 *
 * <p>Every attempt is signed again, with the current credentials. No {@code toString}, log or error contains them.
 */
@NullMarked
package dev.postern.bedrock;

import org.jspecify.annotations.NullMarked;

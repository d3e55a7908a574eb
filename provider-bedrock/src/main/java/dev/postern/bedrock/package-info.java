/**
 * Models behind Amazon Bedrock's Converse API, over the JDK alone: no AWS library is needed, and none is loaded unless a
 * profile asks for what only AWS's own chain can do.
 *
 * <p>Users name {@link dev.postern.bedrock.BedrockProvider} and, for credentials of their own,
 * {@link dev.postern.bedrock.AwsCredentialsSource}. Behind them are three rooms of one package:
 *
 * <pre>
 * CompletionRequest -&gt; ConverseRequestWriter -&gt; HttpTransport -&gt; EventStreamDecoder -&gt; ConverseReader -&gt; StreamEvent
 *                      Turns, BlockWriter        BedrockAccess    (or a whole body)     Blocks, ErrorReader
 *
 * BedrockAccess:  where (AwsRegion, BedrockHosts), who (AwsCredentialsChain), and the signature (SigV4Signer)
 * </pre>
 *
 * <p>Every attempt is signed anew with the credentials of that moment. They show in no {@code toString}, log or error.
 */
@NullMarked
package dev.postern.bedrock;

import org.jspecify.annotations.NullMarked;

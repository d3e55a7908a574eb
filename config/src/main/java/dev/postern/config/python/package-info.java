/**
 * What files of the Python <i>Agentic Primitives Gateway</i> contain beyond this gateway's own keys, so that such files work
 * here unchanged. Not exported.
 */
@NullMarked
package dev.postern.config.python;

import org.jspecify.annotations.NullMarked;

package org.koegura.governance.journal;

import java.io.IOException;

/// The mark that the metadata database keeps of the journal, so that a chain cut at its end is noticed.
public interface Projection {

    /// The mark kept last; [Mark#START] where none was. Blocks.
    Mark load() throws IOException;

    /// Keeps a mark. Blocks. A failure is survivable: the next one carries more.
    void save(Mark mark) throws IOException;
}

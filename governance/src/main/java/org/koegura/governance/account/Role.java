package org.koegura.governance.account;

import java.util.Locale;

/// The posts of Art. 3 and 6.1, and the one that the ordinance does not know: who runs the machine.
public enum Role {
    /// Runs the machine; never reaches audio (A7).
    ADMINISTRATOR,
    /// 管理責任者, Art. 3.1: one for the whole installation.
    MANAGER,
    /// 取扱責任者, Art. 3.3: head of a section.
    SUPERVISOR,
    /// 操作担当者, Art. 3.4: named by the supervisor.
    OPERATOR,
    /// Designated beforehand to handle recordings, Art. 6.1.
    DESIGNATED;

    /// As a metric label and in the API.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

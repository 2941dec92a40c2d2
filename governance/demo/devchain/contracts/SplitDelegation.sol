// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// A share of an account's power for one delegate: an address, left-padded,
/// and a whole number on any scale.
struct Delegation {
    bytes32 delegate;
    uint256 ratio;
}

/// The practice chain's split delegation: the interface, events and refusals
/// of the contract that Snapshot reads, written anew.
contract SplitDelegation {
    struct Entry {
        Delegation[] shares;
        uint256 expires; // Unix seconds, 0 = never
    }

    mapping(address delegator => mapping(string context => Entry)) private entries;
    mapping(address delegate => mapping(string context => bool)) public optouts;

    event DelegationUpdated(
        address indexed delegator, string context, Delegation[] previousDelegation, Delegation[] delegation, uint256 expirationTimestamp
    );
    event DelegationCleared(address indexed delegator, string context, Delegation[] delegatesCleared);
    event ExpirationUpdated(address indexed delegator, string context, Delegation[] delegation, uint256 expirationTimestamp);
    event OptOutStatusSet(address indexed delegate, string context, bool optout);

    error DuplicateDelegation(address emitter, Delegation[] delegation);
    error DuplicateTimestamp(address emitter, uint256 expirationTimestamp);
    error InvalidDelegateID(address emitter, bytes32 delegate);
    error DuplicateOptoutStatus(address emitter, string context, bool optout);

    function setDelegation(string calldata context, Delegation[] calldata shares, uint256 expires) external {
        Entry storage entry = entries[msg.sender][context];
        if (entry.expires == expires && same(entry.shares, shares)) revert DuplicateDelegation(address(this), shares);
        emit DelegationUpdated(msg.sender, context, entry.shares, shares, expires);
        delete entry.shares;
        bytes32 last;
        for (uint256 i = 0; i < shares.length; i++) {
            bytes32 id = shares[i].delegate;
            if (id <= last) revert InvalidDelegateID(address(this), id);
            last = id;
            entry.shares.push(shares[i]);
        }
        entry.expires = expires;
    }

    function clearDelegation(string calldata context) external {
        emit DelegationCleared(msg.sender, context, entries[msg.sender][context].shares);
        delete entries[msg.sender][context];
    }

    function setExpiration(string calldata context, uint256 expires) external {
        Entry storage entry = entries[msg.sender][context];
        if (entry.expires == expires) revert DuplicateTimestamp(address(this), expires);
        entry.expires = expires;
        emit ExpirationUpdated(msg.sender, context, entry.shares, expires);
    }

    function optout(string calldata context, bool out) external {
        if (optouts[msg.sender][context] == out) revert DuplicateOptoutStatus(address(this), context, out);
        optouts[msg.sender][context] = out;
        emit OptOutStatusSet(msg.sender, context, out);
    }

    function getDelegation(string calldata context, address delegator) external view returns (Delegation[] memory, uint256) {
        Entry storage entry = entries[delegator][context];
        return (entry.shares, entry.expires);
    }

    function same(Delegation[] storage a, Delegation[] calldata b) private view returns (bool) {
        if (a.length != b.length) return false;
        for (uint256 i = 0; i < b.length; i++) {
            if (a[i].delegate != b[i].delegate || a[i].ratio != b[i].ratio) return false;
        }
        return true;
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// The practice chain's delegate registry: the interface, events and refusals
/// of the contract that Snapshot reads, written anew.
contract DelegateRegistry {
    /// Who speaks for an account in a space; id 0 stands for every space.
    mapping(address delegator => mapping(bytes32 id => address)) public delegation;

    event SetDelegate(address indexed delegator, bytes32 indexed id, address indexed delegate);
    event ClearDelegate(address indexed delegator, bytes32 indexed id, address indexed delegate);

    function setDelegate(bytes32 id, address delegate) external {
        require(delegate != msg.sender, "Can't delegate to self");
        require(delegate != address(0), "Can't delegate to 0x0");
        address before = delegation[msg.sender][id];
        require(delegate != before, "Already delegated to this address");
        delegation[msg.sender][id] = delegate;
        if (before != address(0)) emit ClearDelegate(msg.sender, id, before);
        emit SetDelegate(msg.sender, id, delegate);
    }

    function clearDelegate(bytes32 id) external {
        address before = delegation[msg.sender][id];
        require(before != address(0), "No delegate set");
        delegation[msg.sender][id] = address(0);
        emit ClearDelegate(msg.sender, id, before);
    }
}

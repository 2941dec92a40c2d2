// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {GovernorCountingFractional} from "@openzeppelin/contracts/governance/extensions/GovernorCountingFractional.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {GovernorPreventLateQuorum} from "@openzeppelin/contracts/governance/extensions/GovernorPreventLateQuorum.sol";
import {GovernorSettings} from "@openzeppelin/contracts/governance/extensions/GovernorSettings.sol";
import {GovernorTimelockControl} from "@openzeppelin/contracts/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotes} from "@openzeppelin/contracts/governance/extensions/GovernorVotes.sol";
import {GovernorVotesQuorumFraction} from "@openzeppelin/contracts/governance/extensions/GovernorVotesQuorumFraction.sol";
import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";

/// How a governor begins. Times are in the clock of its token.
struct Terms {
    string name;
    uint48 delay;
    uint32 period;
    uint256 threshold;
    uint256 quorum; // percent of the supply
    uint48 extension; // after a late quorum; not used by all
}

/// What both governors of OpenZeppelin 5 have.
abstract contract GovernorFiveBase is GovernorSettings, GovernorVotes, GovernorVotesQuorumFraction, GovernorTimelockControl {
    constructor(Terms memory terms, IVotes token, TimelockController to)
        Governor(terms.name)
        GovernorSettings(terms.delay, terms.period, terms.threshold)
        GovernorVotes(token)
        GovernorVotesQuorumFraction(terms.quorum)
        GovernorTimelockControl(to)
    {}

    function state(uint256 id) public view virtual override(Governor, GovernorTimelockControl) returns (ProposalState) {
        return super.state(id);
    }

    function proposalNeedsQueuing(uint256 id) public view virtual override(Governor, GovernorTimelockControl) returns (bool) {
        return super.proposalNeedsQueuing(id);
    }

    function proposalThreshold() public view virtual override(Governor, GovernorSettings) returns (uint256) {
        return super.proposalThreshold();
    }

    function _queueOperations(uint256 id, address[] memory targets, uint256[] memory values, bytes[] memory calldatas, bytes32 text)
        internal
        virtual
        override(Governor, GovernorTimelockControl)
        returns (uint48)
    {
        return super._queueOperations(id, targets, values, calldatas, text);
    }

    function _executeOperations(uint256 id, address[] memory targets, uint256[] memory values, bytes[] memory calldatas, bytes32 text)
        internal
        virtual
        override(Governor, GovernorTimelockControl)
    {
        super._executeOperations(id, targets, values, calldatas, text);
    }

    function _cancel(address[] memory targets, uint256[] memory values, bytes[] memory calldatas, bytes32 text)
        internal
        virtual
        override(Governor, GovernorTimelockControl)
        returns (uint256)
    {
        return super._cancel(targets, values, calldatas, text);
    }

    function _executor() internal view virtual override(Governor, GovernorTimelockControl) returns (address) {
        return super._executor();
    }
}

/// OpenZeppelin 5 with fractional counting and a longer vote after a late
/// quorum.
contract GovernorFive is GovernorFiveBase, GovernorCountingFractional, GovernorPreventLateQuorum {
    constructor(Terms memory terms, IVotes token, TimelockController to)
        GovernorFiveBase(terms, token, to)
        GovernorPreventLateQuorum(terms.extension)
    {}

    function state(uint256 id) public view override(Governor, GovernorFiveBase) returns (ProposalState) {
        return super.state(id);
    }

    function proposalNeedsQueuing(uint256 id) public view override(Governor, GovernorFiveBase) returns (bool) {
        return super.proposalNeedsQueuing(id);
    }

    function proposalThreshold() public view override(Governor, GovernorFiveBase) returns (uint256) {
        return super.proposalThreshold();
    }

    function proposalDeadline(uint256 id) public view override(Governor, GovernorPreventLateQuorum) returns (uint256) {
        return super.proposalDeadline(id);
    }

    function _tallyUpdated(uint256 id) internal override(Governor, GovernorPreventLateQuorum) {
        super._tallyUpdated(id);
    }

    function _queueOperations(uint256 id, address[] memory targets, uint256[] memory values, bytes[] memory calldatas, bytes32 text)
        internal
        override(Governor, GovernorFiveBase)
        returns (uint48)
    {
        return super._queueOperations(id, targets, values, calldatas, text);
    }

    function _executeOperations(uint256 id, address[] memory targets, uint256[] memory values, bytes[] memory calldatas, bytes32 text)
        internal
        override(Governor, GovernorFiveBase)
    {
        super._executeOperations(id, targets, values, calldatas, text);
    }

    function _cancel(address[] memory targets, uint256[] memory values, bytes[] memory calldatas, bytes32 text)
        internal
        override(Governor, GovernorFiveBase)
        returns (uint256)
    {
        return super._cancel(targets, values, calldatas, text);
    }

    function _executor() internal view override(Governor, GovernorFiveBase) returns (address) {
        return super._executor();
    }
}

/// OpenZeppelin 5 with simple counting.
contract GovernorFiveBlocks is GovernorFiveBase, GovernorCountingSimple {
    constructor(Terms memory terms, IVotes token, TimelockController to) GovernorFiveBase(terms, token, to) {}

    function state(uint256 id) public view override(Governor, GovernorFiveBase) returns (ProposalState) {
        return super.state(id);
    }

    function proposalNeedsQueuing(uint256 id) public view override(Governor, GovernorFiveBase) returns (bool) {
        return super.proposalNeedsQueuing(id);
    }

    function proposalThreshold() public view override(Governor, GovernorFiveBase) returns (uint256) {
        return super.proposalThreshold();
    }

    function _queueOperations(uint256 id, address[] memory targets, uint256[] memory values, bytes[] memory calldatas, bytes32 text)
        internal
        override(Governor, GovernorFiveBase)
        returns (uint48)
    {
        return super._queueOperations(id, targets, values, calldatas, text);
    }

    function _executeOperations(uint256 id, address[] memory targets, uint256[] memory values, bytes[] memory calldatas, bytes32 text)
        internal
        override(Governor, GovernorFiveBase)
    {
        super._executeOperations(id, targets, values, calldatas, text);
    }

    function _cancel(address[] memory targets, uint256[] memory values, bytes[] memory calldatas, bytes32 text)
        internal
        override(Governor, GovernorFiveBase)
        returns (uint256)
    {
        return super._cancel(targets, values, calldatas, text);
    }

    function _executor() internal view override(Governor, GovernorFiveBase) returns (address) {
        return super._executor();
    }
}

/// The timelock of OpenZeppelin 5.
contract TimelockFive is TimelockController {
    constructor(uint256 minDelay, address[] memory proposers, address[] memory executors, address admin)
        TimelockController(minDelay, proposers, executors, admin)
    {}
}

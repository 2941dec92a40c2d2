// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IERC165} from "@openzeppelin/contracts-v4/utils/introspection/IERC165.sol";
import {Governor, IGovernor} from "@openzeppelin/contracts-v4/governance/Governor.sol";
import {GovernorCompatibilityBravo} from "@openzeppelin/contracts-v4/governance/compatibility/GovernorCompatibilityBravo.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts-v4/governance/extensions/GovernorCountingSimple.sol";
import {GovernorSettings} from "@openzeppelin/contracts-v4/governance/extensions/GovernorSettings.sol";
import {GovernorTimelockCompound} from "@openzeppelin/contracts-v4/governance/extensions/GovernorTimelockCompound.sol";
import {GovernorTimelockControl} from "@openzeppelin/contracts-v4/governance/extensions/GovernorTimelockControl.sol";
import {GovernorVotes} from "@openzeppelin/contracts-v4/governance/extensions/GovernorVotes.sol";
import {GovernorVotesQuorumFraction} from "@openzeppelin/contracts-v4/governance/extensions/GovernorVotesQuorumFraction.sol";
import {TimelockController} from "@openzeppelin/contracts-v4/governance/TimelockController.sol";
import {IVotes} from "@openzeppelin/contracts-v4/governance/utils/IVotes.sol";
import {ICompoundTimelock} from "@openzeppelin/contracts-v4/vendor/compound/ICompoundTimelock.sol";
import {Terms} from "./Governors.sol";

/// OpenZeppelin 4.9 with simple counting.
contract GovernorFour is Governor, GovernorSettings, GovernorCountingSimple, GovernorVotes, GovernorVotesQuorumFraction, GovernorTimelockControl {
    constructor(Terms memory terms, IVotes token, TimelockController to)
        Governor(terms.name)
        GovernorSettings(terms.delay, terms.period, terms.threshold)
        GovernorVotes(token)
        GovernorVotesQuorumFraction(terms.quorum)
        GovernorTimelockControl(to)
    {}

    function votingDelay() public view override(IGovernor, GovernorSettings) returns (uint256) {
        return super.votingDelay();
    }

    function votingPeriod() public view override(IGovernor, GovernorSettings) returns (uint256) {
        return super.votingPeriod();
    }

    function quorum(uint256 timepoint) public view override(IGovernor, GovernorVotesQuorumFraction) returns (uint256) {
        return super.quorum(timepoint);
    }

    function state(uint256 id) public view override(Governor, GovernorTimelockControl) returns (ProposalState) {
        return super.state(id);
    }

    function proposalThreshold() public view override(Governor, GovernorSettings) returns (uint256) {
        return super.proposalThreshold();
    }

    function supportsInterface(bytes4 id) public view override(Governor, GovernorTimelockControl) returns (bool) {
        return super.supportsInterface(id);
    }

    function _execute(uint256 id, address[] memory targets, uint256[] memory values, bytes[] memory calldatas, bytes32 text)
        internal
        override(Governor, GovernorTimelockControl)
    {
        super._execute(id, targets, values, calldatas, text);
    }

    function _cancel(address[] memory targets, uint256[] memory values, bytes[] memory calldatas, bytes32 text)
        internal
        override(Governor, GovernorTimelockControl)
        returns (uint256)
    {
        return super._cancel(targets, values, calldatas, text);
    }

    function _executor() internal view override(Governor, GovernorTimelockControl) returns (address) {
        return super._executor();
    }
}

/// OpenZeppelin 4.9 that answers as Compound's Bravo does, with Compound's kind
/// of timelock, where what waits too long expires.
contract GovernorBravoLike is Governor, GovernorSettings, GovernorCompatibilityBravo, GovernorVotes, GovernorVotesQuorumFraction, GovernorTimelockCompound {
    constructor(Terms memory terms, IVotes token, ICompoundTimelock to)
        Governor(terms.name)
        GovernorSettings(terms.delay, terms.period, terms.threshold)
        GovernorVotes(token)
        GovernorVotesQuorumFraction(terms.quorum)
        GovernorTimelockCompound(to)
    {}

    function votingDelay() public view override(IGovernor, GovernorSettings) returns (uint256) {
        return super.votingDelay();
    }

    function votingPeriod() public view override(IGovernor, GovernorSettings) returns (uint256) {
        return super.votingPeriod();
    }

    function quorum(uint256 timepoint) public view override(IGovernor, GovernorVotesQuorumFraction) returns (uint256) {
        return super.quorum(timepoint);
    }

    function state(uint256 id) public view override(Governor, IGovernor, GovernorTimelockCompound) returns (ProposalState) {
        return super.state(id);
    }

    function proposalThreshold() public view override(Governor, GovernorSettings) returns (uint256) {
        return super.proposalThreshold();
    }

    function propose(address[] memory targets, uint256[] memory values, bytes[] memory calldatas, string memory text)
        public
        override(Governor, GovernorCompatibilityBravo, IGovernor)
        returns (uint256)
    {
        return super.propose(targets, values, calldatas, text);
    }

    function cancel(address[] memory targets, uint256[] memory values, bytes[] memory calldatas, bytes32 text)
        public
        override(Governor, GovernorCompatibilityBravo, IGovernor)
        returns (uint256)
    {
        return super.cancel(targets, values, calldatas, text);
    }

    function supportsInterface(bytes4 id) public view override(Governor, IERC165, GovernorTimelockCompound) returns (bool) {
        return super.supportsInterface(id);
    }

    function _execute(uint256 id, address[] memory targets, uint256[] memory values, bytes[] memory calldatas, bytes32 text)
        internal
        override(Governor, GovernorTimelockCompound)
    {
        super._execute(id, targets, values, calldatas, text);
    }

    function _cancel(address[] memory targets, uint256[] memory values, bytes[] memory calldatas, bytes32 text)
        internal
        override(Governor, GovernorTimelockCompound)
        returns (uint256)
    {
        return super._cancel(targets, values, calldatas, text);
    }

    function _executor() internal view override(Governor, GovernorTimelockCompound) returns (address) {
        return super._executor();
    }
}

/// The timelock of OpenZeppelin 4.9.
contract TimelockFour is TimelockController {
    constructor(uint256 minDelay, address[] memory proposers, address[] memory executors, address admin)
        TimelockController(minDelay, proposers, executors, admin)
    {}
}
